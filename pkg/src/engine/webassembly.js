// Whether WebAssembly works here, and why not.

/** A module with one function, which makes a vector: `(func (drop (i8x16.splat (i32.const 0))))`. */
const SMALL = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 9, 1, 7, 0, 65, 0, 253, 15, 26, 11];

/**
 * Whether WebAssembly works here, with SIMD. It takes microseconds, and a policy forbids this module as it would any other: WebKit
 * compiles it, and refuses the instance.
 */
export function canInstantiate() {
  try {
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(SMALL)));
    return true;
  } catch {
    return false;
  }
}

/**
 * Why there is no engine where WebAssembly does not work: the platform's own message, `error`, may be about something else. `cause` is
 * why there is none in JavaScript.
 */
export function causeOf(error, cause) {
  const why =
    typeof WebAssembly === "undefined"
      ? "there is no WebAssembly here, as in a lockdown mode"
      : "WebAssembly is forbidden: the Content-Security-Policy's script-src needs 'wasm-unsafe-eval'";
  return new Error(`${why}, and the engine could not be loaded as JavaScript: ${cause}`, { cause: error ?? cause });
}

/** Not `instanceof`: it may be of another realm. */
export function isModule(value) {
  return Object.prototype.toString.call(value) === "[object WebAssembly.Module]";
}
