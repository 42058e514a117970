import { EventSource } from "wasm-eventsource";

export function run({ url, signal, show, button }) {
  const source = new EventSource(url, { signal });
  source.onopen = () => show("open");
  source.onerror = ({ reason }) => show("error", reason);
  source.subscribe(({ type, data, lastEventId }) => {
    show(type, data, lastEventId);
  });
  button.onclick = async () => {
    await source.verify({ staleAfter: 1_000 });
    show("verified", `readyState is ${source.readyState}`);
  };
}
