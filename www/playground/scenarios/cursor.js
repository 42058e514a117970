import { EventSource } from "wasm-eventsource";

export function run({ url, signal, show }) {
  const source = new EventSource(url, {
    signal,
    // 410: the server no longer knows our ID. Start anew, at once.
    retryIf: ({ status }) => status === 410 && { delay: 0, lastEventId: "" },
  });
  source.onopen = () => show("open");
  source.onerror = ({ reason, status }) => show("error", status ?? reason);
  source.subscribe(({ type, data, lastEventId }) => {
    show(type, data, lastEventId);
  });
}
