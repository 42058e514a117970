// The engine in a file of its own, compiled while it is loading.
import { moduleOf } from "./engine.js";

let module;

/** Starts at the first `new EventSource()`, whose request goes out when the engine is there. */
export function loadEngine() {
  return (module ??= load().catch((error) => {
    // The next source may have better luck.
    module = undefined;
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
  const { instance } = await WebAssembly[streams ? "instantiateStreaming" : "instantiate"](source);
  return (module = moduleOf(instance));
}
