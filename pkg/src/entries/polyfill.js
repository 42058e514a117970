// `wasm-eventsource/polyfill`: a global EventSource where there is none.
import { EventSource } from "./index.js";
import { install, isInstalled } from "../event-source/install.js";

if (!isInstalled()) {
  install(EventSource);
}
