import { EventSource, StreamError, stream } from "wasm-eventsource";
import { inPage } from "./page.mjs";

// As in Safari's Lockdown Mode.
if (typeof WebAssembly !== "undefined") {
  throw new Error("WebAssembly is there: this would show nothing");
}
inPage({ EventSource, StreamError, stream });
