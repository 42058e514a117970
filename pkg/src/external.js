// `wasm-eventsource/external`: the WebAssembly in a file of its own, compiled while it is loading.
import initialize, { Connection } from "../../target/npm/engine.js";
import { defineEventSource } from "./event-source.js";
import { defineStream } from "./stream.js";

let engine;

/** Starts at the first `new EventSource()`, whose request goes out when the engine is there. */
function loadEngine() {
  return (engine ??= load().catch((error) => {
    // The next source may have better luck.
    engine = undefined;
    throw error;
  }));
}

async function load() {
  await initialize({ module_or_path: new URL("./wasm-eventsource.wasm", import.meta.url) });
  return (engine = { Connection });
}

export const EventSource = defineEventSource(loadEngine);
export const stream = defineStream(loadEngine);
export { StreamError } from "./stream.js";
