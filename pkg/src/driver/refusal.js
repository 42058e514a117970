// Reads a refused response, and asks the user whether to try again.
import { clearTimeout, setTimeout } from "../platform.js";

/** How much of its body is kept, in bytes. */
const MAX_BODY = 64 * 1024;
/** How long to wait for the body, in milliseconds. */
const BODY_TIME = 250;
/** Responses with these statuses have no body. */
const NULL_BODY_STATUSES = [204, 205, 304];

/**
 * `{ status, headers, body }`, with the beginning of the body as text. The reader is not cancelled: the attempt that it belongs to
 * is let go of.
 */
export async function readRefusal({ status, headers }, reader) {
  const isEmpty = !reader || NULL_BODY_STATUSES.includes(status) || headers.get("Content-Length") === "0";
  return { status, headers, body: isEmpty ? "" : await beginning(reader) };
}

/** The first bytes, as far as they come in time. If the body breaks off, what has come counts. */
async function beginning(reader) {
  const decoder = new TextDecoder();
  let text = "";
  let left = MAX_BODY;
  const read = async () => {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= value.length;
    }
  };
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, BODY_TIME)));
  await Promise.race([read().catch(() => {}), late]);
  clearTimeout(timer);
  return text;
}

/** Asks `retryIf`, unless the policy tries again by itself. `told` is what was told of the attempt before it was made. */
export async function isRetryWanted({ retryIf, statuses }, refusal, told) {
  if (retryIf === undefined || statuses?.includes(refusal.status)) {
    return false;
  }
  // A copy: if `retryIf` changes the object, the error event does not change.
  return Boolean(await retryIf({ ...refusal, attempt: told }));
}
