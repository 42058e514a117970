import { EventSource, StreamError, stream } from "wasm-eventsource/js";
import { inPage } from "./page.mjs";

inPage({ EventSource, StreamError, stream });
