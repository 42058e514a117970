// Who reads a source's events besides its listeners: callbacks, and loops with their backpressure. An extension.
import { reportException } from "./report.js";

/** The callbacks and loops of one source. A loop that has nothing left pulls; leaving it closes the source by `close`. */
export class Consumers {
  #callbacks = new Set();
  #loops = new Set();
  #pump;
  #close;

  constructor(pump, close) {
    this.#pump = pump;
    this.#close = close;
  }

  get isEmpty() {
    return this.#callbacks.size === 0 && this.#loops.size === 0;
  }

  /** Nobody is to be given more than they take: where there are loops, one of them has to ask. */
  get holdsBack() {
    return this.#loops.size > 0 && ![...this.#loops].some((loop) => loop.waits);
  }

  subscribe(callback, signal) {
    // One entry for each call, as there may be several with one function.
    const entry = { callback };
    const unsubscribe = () => {
      this.#callbacks.delete(entry);
      signal?.removeEventListener("abort", unsubscribe);
    };
    this.#callbacks.add(entry);
    signal?.addEventListener("abort", unsubscribe);
    return unsubscribe;
  }

  loop(preventClose) {
    const loop = new Loop({
      start: () => this.#loops.add(loop),
      pull: () => this.#pump.pull(),
      leave: () => {
        const takesPart = this.#loops.delete(loop);
        if (!preventClose) {
          this.#close();
        } else if (takesPart) {
          // It may have been what held the others back.
          this.#pump.wake();
        }
      },
    });
    return loop;
  }

  deliver(event) {
    for (const loop of this.#loops) {
      loop.deliver(event);
    }
    for (const entry of this.#callbacks) {
      try {
        entry.callback(event);
      } catch (error) {
        reportException(error);
      }
    }
  }

  /** The source is CLOSED: the loops end, or throw the error. */
  end(error) {
    for (const loop of this.#loops) {
      loop.end(error);
    }
    this.#loops.clear();
    this.#callbacks.clear();
  }
}

/** An async iterator of events. */
class Loop {
  /** What was delivered and not asked for. */
  #queue = [];
  /** Who has asked and was given nothing. */
  #waiting = [];
  #started = false;
  #ended = false;
  #error;
  #hooks;

  constructor(hooks) {
    this.#hooks = hooks;
  }

  get waits() {
    return this.#waiting.length > 0;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  next() {
    if (!this.#started && !this.#ended) {
      this.#started = true;
      this.#hooks.start();
    }
    if (this.#queue.length === 0 && !this.#ended) {
      this.#hooks.pull();
    }
    if (this.#queue.length > 0 && !this.waits) {
      return Promise.resolve({ value: this.#queue.shift(), done: false });
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#settle();
    });
  }

  return(value) {
    if (!this.#ended) {
      this.#queue.length = 0;
      this.end();
      this.#hooks.leave();
    }
    return Promise.resolve({ value, done: true });
  }

  deliver(event) {
    this.#queue.push(event);
    this.#settle();
  }

  end(error) {
    if (!this.#ended) {
      this.#ended = true;
      this.#error = error;
      this.#settle();
    }
  }

  #settle() {
    while (this.waits && (this.#queue.length > 0 || this.#ended)) {
      const { resolve, reject } = this.#waiting.shift();
      if (this.#queue.length > 0) {
        resolve({ value: this.#queue.shift(), done: false });
      } else if (this.#error !== undefined) {
        const error = this.#error;
        this.#error = undefined;
        reject(error);
      } else {
        resolve({ value: undefined, done: true });
      }
    }
  }
}
