import { EventSource } from "wasm-eventsource";

export function run({ url, signal, show }) {
  const source = new EventSource(url, {
    signal,
    connectTimeout: 1_000,
    reconnect: { initialDelay: 300 },
  });
  source.onopen = () => show("open");
  source.onerror = ({ reason }) => show("error", reason);
  source.subscribe(({ type, data, lastEventId }) => {
    show(type, data, lastEventId);
  });
}
