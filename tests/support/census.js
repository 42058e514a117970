// Counts what a realm holds: timers that the module has set, listeners on the global object, errors that nobody caught.

/** From its making until `uninstall`. */
export class Census {
  #real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    addEventListener: globalThis.addEventListener,
    removeEventListener: globalThis.removeEventListener,
  };
  #timers = new Set();
  #timersSet = 0;
  #listeners = 0;
  #uncaught = [];
  #onError = (event) => {
    this.#uncaught.push(String(event.message));
    event.preventDefault();
  };

  constructor() {
    const { setTimeout, clearTimeout, addEventListener, removeEventListener } = this.#real;
    addEventListener.call(globalThis, "error", this.#onError);
    globalThis.setTimeout = (callback, ...rest) => {
      if (!isCalledByTheModule()) {
        return setTimeout.call(globalThis, callback, ...rest);
      }
      const id = setTimeout.call(
        globalThis,
        (...values) => {
          this.#timers.delete(id);
          callback(...values);
        },
        ...rest,
      );
      this.#timers.add(id);
      this.#timersSet += 1;
      return id;
    };
    globalThis.clearTimeout = (id) => {
      this.#timers.delete(id);
      clearTimeout.call(globalThis, id);
    };
    globalThis.addEventListener = (...values) => {
      this.#listeners += 1;
      addEventListener.apply(globalThis, values);
    };
    globalThis.removeEventListener = (...values) => {
      this.#listeners -= 1;
      removeEventListener.apply(globalThis, values);
    };
  }

  /** How many timers of the module are set that were not before. */
  timers() {
    return this.#timers.size;
  }

  /** How many timers the module has set, whatever became of them. */
  timersSet() {
    return this.#timersSet;
  }

  /** How many listeners the global object has more than before. */
  listeners() {
    return this.#listeners;
  }

  /** The messages of errors that reached the global object, as JSON. */
  uncaught() {
    return JSON.stringify(this.#uncaught);
  }

  uninstall() {
    this.#real.removeEventListener.call(globalThis, "error", this.#onError);
    Object.assign(globalThis, this.#real);
  }
}

/**
 * Whether WebAssembly is on the stack. WebKit's driver sets timers in the page, too: one for each question of the test
 * runner, which a busy machine leaves set for some tasks.
 */
function isCalledByTheModule() {
  return new Error().stack.includes("wasm-function");
}

/** Dispatches an event at the global object, as the platform would. */
export function happen(type) {
  globalThis.dispatchEvent(new Event(type));
}

/** Has the document be "hidden" or "visible", and tells it as the platform would. */
export function become(state) {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}
