// Whether WebAssembly is to be had, and why not.

/** A module with nothing in it. */
const EMPTY = [0, 97, 115, 109, 1, 0, 0, 0];

/**
 * Whether WebAssembly works here. It takes microseconds, and a policy forbids this module as it would any other: WebKit compiles it,
 * and refuses the instance.
 */
export function canInstantiate() {
  try {
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(EMPTY)));
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
