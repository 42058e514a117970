import { canInstantiate, causeOf } from "../engine/webassembly.js";

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

/** The same in the place of the browser's own, which comes back if it turns out that ours cannot have an engine. */
export function replace(EventSource, init) {
  const { EventSource: native } = globalThis;
  install(EventSource);
  if (native && !canInstantiate()) {
    init.js().catch((error) => {
      install(native);
      globalThis.console?.warn(`wasm-eventsource: the browser's own EventSource stays. ${causeOf(undefined, error)}`);
    });
  }
}
