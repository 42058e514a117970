import { EventSource } from "wasm-eventsource";

export function run({ url, signal, show, button }) {
  const source = new EventSource(url, { signal, whenBack: "verify" });
  source.onopen = () => show("open");
  source.onerror = ({ reason }) => show("error", reason);
  source.subscribe(({ type, data, lastEventId }) => {
    show(type, data, lastEventId);
  });
  // The browser fires this event itself when the network is back.
  button.onclick = () => dispatchEvent(new Event("online"));
}
