// In the place of `webassembly.js` where the platform has compiled the engine.

/** Of bytes it might not: workerd does it while a Worker starts, and not any more when that has requests to answer. */
export function canInstantiate() {
  return true;
}

/** As that of `webassembly.js`. */
export const causeOf = (error, cause) => cause;
