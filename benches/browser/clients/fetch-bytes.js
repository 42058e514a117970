// The floor: the bytes themselves, counted.
export function flood(url, { bytes }) {
  return readAll(url, bytes, () => {});
}

/** Reads so many bytes, and has each chunk looked at. */
export async function readAll(url, bytes, look) {
  const controller = new AbortController();
  const response = await fetch(url, { headers: { Accept: "text/event-stream" }, cache: "no-store", signal: controller.signal });
  const reader = response.body.getReader();
  let received = 0;
  while (received < bytes) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    received += value.length;
    look(value);
  }
  return { result: { bytes: received }, close: () => controller.abort() };
}
