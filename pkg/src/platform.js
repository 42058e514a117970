// The platform's functions as they are on import. A test may replace them later with a fake clock, which may forget its timers. `fetch` is not here: it is looked up at each request, for pages that replace it.

const { performance, process } = globalThis;

/** The import does not throw where one of them is missing. */
export const { clearTimeout, MessageChannel, queueMicrotask, reportError, setTimeout } = globalThis;

export const now = performance?.now?.bind(performance) ?? Date.now;

/**
 * Node, or what is like it. A page may have a `process` that is a plain object, and Electron gives Node's own to its windows and
 * workers, where events come from the browser.
 */
export const isNode =
  Object.prototype.toString.call(process) === "[object process]" && !["renderer", "worker"].includes(process.type);

/** Node's, without an import that a bundler would follow. */
const builtin = (name) => (isNode ? process.getBuiltinModule?.(name) : undefined);

/** Node's own. Jest hides it from tests that have a DOM, and what else has its name need not call anything. */
export const setImmediate = builtin("node:timers")?.setImmediate ?? (isNode ? globalThis.setImmediate : undefined);

/**
 * Returns a function that runs others in the async context in which this one is called: with the stores of Node's
 * `AsyncLocalStorage`, and in the zone of zone.js.
 */
export function captureContext() {
  const inContext = builtin("node:async_hooks")?.AsyncLocalStorage.snapshot?.() ?? ((call) => call());
  const { current } = globalThis.Zone ?? {};
  return current?.run ? (call) => inContext(() => current.run(call)) : inContext;
}

/** The callback, to be run in the zone in which this is called. */
export function wrapInZone(callback) {
  return globalThis.Zone?.current?.wrap?.(callback, "EventSource") ?? callback;
}

/** Runs the work that all sources share outside of all zones, so that it counts for none of them. */
export function runInRootZone(call) {
  const { root } = globalThis.Zone ?? {};
  return root?.run ? root.run(call) : call();
}
