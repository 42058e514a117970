// What a response says that is refused.

/** How much of its body is kept, in bytes. */
const MAX_BODY = 64 * 1024;
/** How long it is waited for, in milliseconds. */
const BODY_TIME = 250;
/** Without a body, whatever a response of these says. */
const NULL_BODY_STATUSES = [204, 205, 304];

/**
 * `{ status, headers, body }`, the beginning of the body as text. Its reader, if it has one, is left as it is: a connection
 * is let go of by an abort, and Firefox's workers keep one whose body is cancelled before.
 */
export async function readRefusal({ status, headers }, reader) {
  const isEmpty = !reader || NULL_BODY_STATUSES.includes(status) || headers.get("Content-Length") === "0";
  return { status, headers, body: isEmpty ? "" : await beginning(reader) };
}

/** The first bytes, as far as they come in time. What breaks off is refused all the same. */
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
