import { EventSource, StreamError, stream } from "wasm-eventsource";
import { inPage } from "./page.mjs";

inPage({ EventSource, StreamError, stream });
