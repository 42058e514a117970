/** Makes a class the global `EventSource`, with the attributes WebIDL gives to an interface object. */
export function install(EventSource) {
  Object.defineProperty(globalThis, "EventSource", {
    value: EventSource,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
