// Time: a timer for a given moment, and the time that a server asks for in `Retry-After`.

import { clearTimeout, now, setTimeout } from "../platform.js";

/** The longest delay that a timer can hold, in milliseconds: 24.8 days. It takes a longer one for none. */
export const MAX_DELAY = 2 ** 31 - 1;

/** A timer for a moment on the clock of `performance.now()`. It may be early or late: the one it calls looks at the clock. */
export class Timer {
  #id;
  #until = Infinity;

  /** Has `callback` called at `until`, or at an earlier moment that the timer is set for already. */
  set(until, callback) {
    if (until >= this.#until) {
      return;
    }
    this.clear();
    this.#until = until;
    const delay = Math.min(Math.max(Math.ceil(until - now()), 0), MAX_DELAY);
    this.#id = setTimeout(() => {
      this.#until = Infinity;
      callback();
    }, delay);
  }

  clear() {
    clearTimeout(this.#id);
    this.#until = Infinity;
  }
}

/**
 * What a Retry-After asks for, in milliseconds from now: it is a number of seconds or a date. Negative if there is none, or if
 * it makes no sense. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfter(value) {
  const milliseconds = /^\d+$/.test(value) ? value * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(milliseconds) ? -1 : Math.min(Math.max(milliseconds, 0), MAX_DELAY);
}
