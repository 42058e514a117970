// How the package reads a stream that comes in chunks.

import { EventSource } from "wasm-eventsource";

/** `{ events: [{ type, data, lastEventId }], lastEventId, retry }`, when the stream is over. */
export async function readByPackage(chunks) {
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const source = EventSource.fromReadableStream(body);
  const events = [];
  source.subscribe(({ type, data, lastEventId }) => events.push({ type, data, lastEventId }));
  await new Promise((resolve) => {
    source.addEventListener("error", (event) => {
      // A stream may have an event of this name, too.
      if (!("data" in event)) resolve();
    });
  });
  return { events, lastEventId: source.lastEventId, retry: source.reconnectionTime };
}

/** The two parts of the bytes, without empty ones. */
export function cutAt(bytes, position) {
  return [bytes.slice(0, position), bytes.slice(position)].filter(({ length }) => length > 0);
}
