import { EventSource } from "wasm-eventsource";

export function run({ url, signal, show, button }) {
  const source = new EventSource(url, { signal });
  source.onopen = () => show("open");
  source.onerror = ({ reason }) => show("error", reason);
  source.subscribe(({ type, data, lastEventId }) => {
    show(type, data, lastEventId);
  });
  button.onclick = () => source.reconnect({ lastEventId: "2" });
}
