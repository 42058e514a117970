// The functions that the platform must have. Importing the package needs none of them, so it never throws. Making a source or a
// stream needs them.

/** For reading a stream. Without WebAssembly there is an `error` event instead: it may be a user who has turned it off. */
export const TO_READ = ["AbortController", "TextDecoder", "TextEncoder", "performance", "queueMicrotask", "setTimeout"];
/** For sending requests. The `fetch` may be the page's own. */
export const TO_SEND = ["Headers", "Request", "URL"];
/** For being an EventTarget. */
export const TO_DISPATCH = ["Event", "EventTarget"];

/** Throws a TypeError that says what is missing. */
export function requireGlobals(...names) {
  const missing = names.filter((name) => globalThis[name] === undefined);
  if (missing.length > 0) {
    throw new TypeError(`there is no ${missing.join(", no ")} here. Load a polyfill before.`);
  }
}
