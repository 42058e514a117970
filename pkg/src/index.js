// `wasm-eventsource`: self-contained, the WebAssembly inside, compiled at the first `new EventSource()`.
import initialize, { Connection, initSync } from "../../target/npm/engine.js";
import wasm from "../../target/npm/engine_bg.wasm";
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
    initSync({ module: bytes });
    return { Connection };
  } catch (error) {
    // A limit on what a window compiles while it waits, as older Chromiums have one of 4 KB.
    if (error instanceof RangeError) {
      return initialize({ module_or_path: bytes }).then(() => (engine = { Connection }));
    }
    throw error;
  }
}

export const EventSource = defineEventSource(loadEngine);
export const stream = defineStream(loadEngine);
export { StreamError } from "./stream.js";
