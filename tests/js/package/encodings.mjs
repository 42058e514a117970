// The package bundled into classic scripts, for pages that are not read as UTF-8.
import { EventSource } from "wasm-eventsource";

const source = new EventSource("/events");
source.onmessage = ({ data }) => {
  source.close();
  window.outcome = { data };
};
source.onerror = ({ reason, message }) => (window.outcome = { reason, message });
