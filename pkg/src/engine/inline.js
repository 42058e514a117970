// The engine inside the script, compiled at the first `new EventSource()`.
import { checksum, shift, wasm } from "../../../target/npm/engine.wasm";
import { moduleOf } from "./engine.js";

let module;

/** Nothing happens on import, so that a page that never connects pays for no compilation. */
export function loadEngine() {
  return (module ??= compile());
}

function compile() {
  const bytes = checked(Uint8Array.from(wasm(), (character) => character.charCodeAt(0) - shift));
  try {
    return moduleOf(new WebAssembly.Instance(new WebAssembly.Module(bytes)));
  } catch (error) {
    // A limit on what a window compiles while it waits, as older Chromiums have one of 4 KB.
    if (error instanceof RangeError) {
      return WebAssembly.instantiate(bytes).then(({ instance }) => (module = moduleOf(instance)));
    }
    throw error;
  }
}

/** A character that was read in another encoding is another byte, and WebAssembly would complain of something else. */
function checked(bytes) {
  if (bytes.reduce((sum, byte) => (Math.imul(sum, 31) + byte) | 0, 0) !== checksum) {
    throw new Error('this script was not read as UTF-8, or changed: see <meta charset="utf-8">, or wasm-eventsource/external');
  }
  return bytes;
}
