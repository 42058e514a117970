// `wasm-eventsource/polyfill/force`: this global EventSource, whatever was there before. Also the classic script.
import { EventSource, init } from "./index.js";
import { replace } from "../event-source/install.js";

replace(EventSource, init);
