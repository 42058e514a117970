// Callbacks and loops, which read a source's events besides its listeners. Loops have backpressure. An extension of the standard.
import { copyOf } from "../event-source/message-event.js";
import { callBack } from "../event-source/report.js";
import { wrapInZone } from "../platform.js";

/** The callbacks and loops of one source. A loop that has nothing left pulls; leaving it closes the source by `close`. */
export class Consumers {
  // These lists are replaced, not changed, so that a loop over one sees it as it was.
  #callbacks = [];
  #loops = [];
  /** The error or the end with which the loops end, once the source is CLOSED. */
  #end;
  #dispatcher;
  #close;

  constructor(dispatcher, close) {
    this.#dispatcher = dispatcher;
    this.#close = close;
  }

  get isEmpty() {
    return this.#callbacks.length === 0 && this.#loops.length === 0;
  }

  /** With loops, an event is taken only when one of them asks: a loop is given no more than it takes. */
  get holdsBack() {
    return this.#loops.length > 0 && !this.#loops.some((loop) => loop.waits);
  }

  subscribe(callback, signal) {
    // One entry for each call, as there may be several with one function.
    const entry = {
      callback: wrapInZone(callback),
      isSubscribed: true,
      unsubscribe: () => {
        entry.isSubscribed = false;
        this.#callbacks = without(this.#callbacks, entry);
        signal?.removeEventListener("abort", entry.unsubscribe);
      },
    };
    this.#callbacks = [...this.#callbacks, entry];
    signal?.addEventListener("abort", entry.unsubscribe);
    return entry.unsubscribe;
  }

  loop(preventClose) {
    const loop = new Loop({
      start: () => {
        if (this.#end === undefined) {
          this.#loops = [...this.#loops, loop];
        } else {
          loop.end(this.#end.error);
        }
      },
      pull: () => this.#dispatcher.pull(),
      wake: () => this.#dispatcher.wake(),
      leave: () => {
        const takesPart = this.#loops.includes(loop);
        this.#loops = without(this.#loops, loop);
        if (!preventClose) {
          this.#close();
        } else if (takesPart) {
          // It may have been the loop that held the others back.
          this.#dispatcher.wake();
        }
      },
    });
    return loop;
  }

  /** Each gets its own object, so that changes by one do not reach the others. The last gets the event itself, unless listeners do. */
  deliver(event, isListenedTo) {
    const loops = this.#loops;
    const callbacks = this.#callbacks;
    let copies = loops.length + callbacks.length - (isListenedTo ? 0 : 1);
    for (const loop of loops) {
      loop.deliver(copies-- > 0 ? copyOf(event) : event);
    }
    // A callback that is added meanwhile gets the next event.
    for (const entry of callbacks) {
      if (entry.isSubscribed) {
        callBack(entry.callback, copies-- > 0 ? copyOf(event) : event);
      }
    }
  }

  /** The source is CLOSED: the loops end, or throw the error. */
  end(error) {
    this.#end ??= { error };
    for (const loop of this.#loops) {
      loop.end(error);
    }
    this.#loops = [];
    for (const { unsubscribe } of this.#callbacks) {
      unsubscribe();
    }
  }
}

function without(list, item) {
  return list.filter((other) => other !== item);
}

/** An async iterator of events. */
export class Loop {
  /** Events that were delivered and not asked for yet. */
  #queue = [];
  /** Calls of `next` that are waiting for an event. */
  #waiting = [];
  #started = false;
  /** A call of `next` is asking for an event now, and gets the first that comes. */
  #pulling = false;
  #ended = false;
  #error;
  #hooks;

  constructor(hooks) {
    this.#hooks = hooks;
  }

  get waits() {
    return this.#waiting.length > 0 || this.#pulling;
  }

  next() {
    if (!this.#started && !this.#ended) {
      this.#started = true;
      this.#hooks.start();
    }
    const isFirst = this.#waiting.length === 0 && !this.#pulling;
    if (isFirst && this.#queue.length === 0 && !this.#ended) {
      this.#pulling = true;
      this.#hooks.pull();
      this.#pulling = false;
    }
    if (isFirst && this.#queue.length > 0) {
      const result = Promise.resolve({ value: this.#queue.shift(), done: false });
      this.#settle();
      if (this.waits) {
        this.#hooks.wake();
      }
      return result;
    }
    return new Promise((resolve, reject) => {
      const asker = { resolve, reject };
      // Before the calls that came during the pull.
      isFirst ? this.#waiting.unshift(asker) : this.#waiting.push(asker);
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
    while (!this.#pulling && this.#waiting.length > 0 && (this.#queue.length > 0 || this.#ended)) {
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
