// The engine as a module that the platform has compiled: where no module may be made of bytes. The build of the entries for such
// platforms has this file in the place of `inline.js`.
import wasm from "../../../target/npm/engine.wasm";
import { moduleOf } from "./engine.js";
import { load } from "./loading.js";

/** Nothing happens on import. */
export const loadEngine = () => load(instantiate);

/** As that of `inline.js`: nothing is needed. */
export const take = () => {};

export function instantiate() {
  return moduleOf(new WebAssembly.Instance(wasm));
}
