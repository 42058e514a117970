// `wasm-eventsource/external`: the WebAssembly in a file of its own, compiled while it is loading.
import { engineOf, imports } from "./connection.js";
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
  const response = await fetch(new URL("./wasm-eventsource.wasm", import.meta.url));
  if (!response.ok) {
    throw new Error(`the response to ${response.url} has status ${response.status}`);
  }
  // Streaming takes no other type, which not every server knows.
  const streams = response.headers.get("Content-Type") === "application/wasm";
  const source = streams ? response : await response.arrayBuffer();
  const { instance } = await WebAssembly[streams ? "instantiateStreaming" : "instantiate"](source, imports());
  return (engine = engineOf(instance));
}

export const EventSource = defineEventSource(loadEngine);
export const stream = defineStream(loadEngine);
export { StreamError } from "./stream.js";
