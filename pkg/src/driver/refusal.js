// Reads a refused response, and asks the user whether to try again.
import { MILLISECONDS, readInteger, readLastEventId } from "../event-source/init.js";
import { reportException } from "../event-source/report.js";
import { clearTimeout, setTimeout } from "../platform.js";
import { MAX_DELAY } from "./timer.js";

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

/** Whether the user takes the response for an event stream. An exception of `accept` is reported, and means no. */
export async function isAcceptedByUser(accept, { headers }, { status, url, redirected = false }) {
  try {
    return Boolean(await accept({ status, headers, url, redirected }));
  } catch (error) {
    reportException(error);
    return false;
  }
}

/**
 * Asks `retryIf`, unless the policy tries again by itself. `told` is what was told of the attempt before it was made. Undefined if there is
 * to be no other attempt; otherwise the `delay` and the `lastEventId` that the user has chosen for it, if any.
 */
export async function answerOfRetryIf({ retryIf, statuses }, refusal, told) {
  if (retryIf === undefined || statuses?.includes(refusal.status)) {
    return undefined;
  }
  // A copy: if `retryIf` changes the object, the error event does not change.
  const answer = await retryIf({ ...refusal, attempt: told });
  return answer ? readAnswer(Object(answer)) : undefined;
}

function readAnswer({ delay, lastEventId }) {
  return {
    delay: readInteger("the delay that retryIf answers", delay, 0, MAX_DELAY, MILLISECONDS),
    lastEventId: lastEventId === undefined ? undefined : readLastEventId(lastEventId),
  };
}
