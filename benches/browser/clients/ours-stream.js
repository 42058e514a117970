import { stream } from "wasm-eventsource";

export function open(url, sink) {
  const controller = new AbortController();
  consume(url, sink, controller.signal).catch((error) => {
    if (!controller.signal.aborted) {
      throw error;
    }
  });
  return () => controller.abort();
}

async function consume(url, sink, signal) {
  for await (const { type, data, lastEventId } of stream(url, { signal })) {
    sink(type, data, lastEventId);
  }
}
