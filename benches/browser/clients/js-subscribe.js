import { EventSource } from "wasm-eventsource/js";

export const isThere = "subscribe" in EventSource.prototype;

export function open(url, sink) {
  const source = new EventSource(url);
  source.subscribe(({ type, data, lastEventId }) => sink(type, data, lastEventId));
  return () => source.close();
}
