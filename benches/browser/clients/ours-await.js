import { EventSource } from "wasm-eventsource";

export const isThere = Symbol.asyncIterator in EventSource.prototype;

export function open(url, sink) {
  const source = new EventSource(url);
  consume(source, sink);
  return () => source.close();
}

async function consume(source, sink) {
  for await (const { type, data, lastEventId } of source) {
    sink(type, data, lastEventId);
  }
}
