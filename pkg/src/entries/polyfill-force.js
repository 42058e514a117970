// `wasm-eventsource/polyfill/force`: makes this class the global EventSource, also if there is one already. It is the classic script, too.
import { EventSource, init } from "./index.js";
import { replace } from "../event-source/install.js";

replace(EventSource, init);
