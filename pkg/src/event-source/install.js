import { canInstantiate } from "../engine/webassembly.js";

/** Makes a class the global `EventSource`, with the attributes WebIDL gives to an interface object. */
export function install(EventSource) {
  Object.defineProperty(globalThis, "EventSource", {
    value: EventSource,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

/** Whether the page has an `EventSource`. */
export function isInstalled() {
  return typeof globalThis.EventSource === "function";
}

/** The same in the place of the browser's own, but where ours would have no engine and that one works. */
export function replace(EventSource) {
  if (isInstalled() && !canInstantiate()) {
    globalThis.console?.warn("wasm-eventsource: there is no WebAssembly, so the browser's own EventSource stays.");
  } else {
    install(EventSource);
  }
}
