// The engine as a module that the platform has compiled: where no module may be made of bytes. The build of the entries for such
// platforms has this file in the place of `inline.js`.
import wasm from "../../../target/npm/engine.wasm";
import { moduleOf } from "./engine.js";

let module;

/** Nothing happens on import. */
export function loadEngine() {
  return (module ??= moduleOf(new WebAssembly.Instance(wasm)));
}

/** As that of `inline.js`. */
export const defineInit = () => ({ init() {} }).init;
