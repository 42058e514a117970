import { EventSource, init, StreamError, stream } from "wasm-eventsource/external";
import { inPage } from "./page.mjs";

init({ wasm: new URL("wasm-eventsource.wasm", import.meta.url) });
inPage({ EventSource, StreamError, stream });
