// Which types of event have listeners. Platforms do not tell, so calls of `addEventListener` and its like are noted here.
import { isObject } from "./idl.js";

/** Types without listeners are not kept. https://dom.spec.whatwg.org/#concept-event-listener */
export class ListenerList {
  #target;
  #platform;
  /** Lists of `{ callback, capture, remove }`, by type. */
  #byType = new Map();

  /** `platform` has the methods of `EventTarget.prototype`. */
  constructor(target, platform) {
    this.#target = target;
    this.#platform = platform;
  }

  has(type) {
    return this.#byType.has(type);
  }

  /** Called before the platform adds the listener, which throws what is to be thrown for bad arguments. */
  add(type, callback, options) {
    const { once, signal } = Object(options);
    const capture = captures(options);
    if (!isObject(callback) || signal?.aborted || this.#find(type, callback, capture) !== undefined) {
      return;
    }
    const remove = () => {
      this.#delete(type, entry);
      this.#platform.removeEventListener.call(this.#target, type, remove, capture);
      signal?.removeEventListener("abort", remove);
    };
    const entry = { callback, capture, remove };
    signal?.addEventListener("abort", remove);
    if (once) {
      // Called just before the listener, if that is called at all.
      this.#platform.addEventListener.call(this.#target, type, remove, { once, capture });
    }
    const entries = this.#byType.get(type);
    entries === undefined ? this.#byType.set(type, [entry]) : entries.push(entry);
  }

  remove(type, callback, options) {
    this.#find(type, callback, captures(options))?.remove();
  }

  #find(type, callback, capture) {
    return this.#byType.get(type)?.find((entry) => entry.callback === callback && entry.capture === capture);
  }

  #delete(type, entry) {
    const rest = this.#byType.get(type)?.filter((other) => other !== entry) ?? [];
    if (rest.length > 0) {
      this.#byType.set(type, rest);
    } else {
      this.#byType.delete(type);
    }
  }
}

/** The member `capture` of a dictionary, which may be a boolean as well. */
export function captures(options) {
  return Boolean(isObject(options) ? options.capture : options);
}
