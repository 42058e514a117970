// `verify()`: its options, and the promises that wait for its answer.
import { MAX_DELAY } from "../driver/timer.js";
import { isGiven, isObject } from "./idl.js";
import { MILLISECONDS, readInteger } from "./init.js";

const STALE_AFTER = 15_000;
const TIMEOUT = 10_000;

/** The verifications of one source that have no answer yet. The next answer is for all. */
export class Verifications {
  #waiting = [];

  /**
   * Asks with `ask`, which says false if there will be no answer. Nobody has to handle a rejection, because the source tells its error,
   * too. A bad option is another matter.
   */
  begin(options, ask) {
    let promise;
    try {
      const [staleAfter, timeout] = readVerify(options);
      promise = new Promise((resolve, reject) => {
        const entry = { resolve, reject };
        this.#waiting.push(entry);
        if (ask(staleAfter, timeout) === false) {
          this.#waiting = this.#waiting.filter((other) => other !== entry);
          reject(new Error("verify: there is no connection that can be verified: the source is CLOSED, or its request must not be sent again."));
        }
      });
      promise.catch(() => {});
    } catch (error) {
      promise = Promise.reject(error);
    }
    return promise;
  }

  resolve() {
    for (const { resolve } of this.#take()) {
      resolve();
    }
  }

  /** The source is CLOSED: it was closed, or has failed with this error. */
  reject(error = new Error("verify: the source was closed.")) {
    for (const { reject } of this.#take()) {
      reject(error);
    }
  }

  #take() {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }
}

function readVerify(options) {
  if (isGiven(options) && !isObject(options)) {
    throw new TypeError("verify: the options must be an object such as { staleAfter: 5000 }.");
  }
  return [
    readInteger("verify: staleAfter", options?.staleAfter, 0, MAX_DELAY, MILLISECONDS) ?? STALE_AFTER,
    readInteger("verify: timeout", options?.timeout, 1, MAX_DELAY, MILLISECONDS) ?? TIMEOUT,
  ];
}
