// The engine as JavaScript, in a script of its own, which is loaded only where it is needed.
import { moduleOf } from "./engine.js";

/** A promise of the engine's module. */
export async function javascript() {
  const { instantiate } = await import("./engine-in-javascript.js");
  return moduleOf(instantiate());
}
