// `wasm-eventsource/polyfill/force`: this global EventSource, whatever was there before. Also the classic script.
import { EventSource } from "./index.js";
import { install } from "../event-source/install.js";

install(EventSource);
