// `wasm-eventsource`: self-contained, the WebAssembly inside, compiled at the first `new EventSource()`.
import wasm from "../../target/npm/engine_bg.wasm";
import { engineOf, imports } from "./connection.js";
import { defineEventSource } from "./event-source.js";
import { defineStream } from "./stream.js";

let engine;

/** Nothing happens on import, so that a page that never connects pays for no compilation. */
function loadEngine() {
  return (engine ??= compile());
}

function compile() {
  const bytes = Uint8Array.from(wasm(), (character) => character.charCodeAt(0));
  try {
    return engineOf(new WebAssembly.Instance(new WebAssembly.Module(bytes), imports()));
  } catch (error) {
    // A limit on what a window compiles while it waits, as older Chromiums have one of 4 KB.
    if (error instanceof RangeError) {
      return WebAssembly.instantiate(bytes, imports()).then(({ instance }) => (engine = engineOf(instance)));
    }
    throw error;
  }
}

export const EventSource = defineEventSource(loadEngine);
export const stream = defineStream(loadEngine);
export { StreamError } from "./stream.js";
