// `wasm-eventsource/polyfill`: a global EventSource where there is none.
import { EventSource } from "./index.js";
import { install } from "../event-source/install.js";

if (typeof globalThis.EventSource !== "function") {
  install(EventSource);
}
