// `wasm-eventsource/external`, bundled by a bundler that does not copy its WebAssembly. `?wasm=` says where it is.
import { EventSource, init } from "wasm-eventsource/external";

const told = [];
console.error = (...values) => told.push(values.map(String).join(" "));
const wasm = new URLSearchParams(location.search).get("wasm");
if (wasm !== null) {
  init({ wasm });
}
const source = new EventSource("/events");
source.onmessage = ({ data }) => {
  source.close();
  window.outcome = { data, told };
};
source.onerror = ({ reason, message, reconnectsIn }) => {
  // The console is told at once, before or after.
  setTimeout(() => (window.outcome = { reason, message, reconnectsIn: `${reconnectsIn}`, told }));
};
