import { EventSource, StreamError, stream } from "wasm-eventsource/external";
import { inPage } from "./page.mjs";

inPage({ EventSource, StreamError, stream });
