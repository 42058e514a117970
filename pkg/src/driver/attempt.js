// One request in flight: its response, reading its body, and letting go of both.
import { setTimeout } from "../platform.js";
import { ABORT_TIME, Body, cancel } from "./body.js";
import { unusable } from "./failure.js";
import { timeToTell } from "./page-events.js";
import { retryAfter } from "./timer.js";

/**
 * When the attempt is let go of, its fetch is aborted, its body is cancelled, and it reports nothing more.
 * `failed` is called in a task of its own, with the exception of a fetch or a body, and the attempt.
 */
export class Attempt {
  #controller = new AbortController();
  #failed;
  #isOver = false;
  /** A failure is about to be reported. */
  #isFailing = false;
  /** The response's body, until it has a reader. */
  #stream = null;
  #reader = null;
  #body = null;
  /** A body that was requested elsewhere: no abort of ours reaches it. */
  #isForeign = false;

  constructor(failed) {
    this.#failed = failed;
  }

  get isOver() {
    return this.#isOver;
  }

  /** Sends a request with `send`, which is given a signal. `answered` is called with what its promise comes to. */
  async open(send, answered) {
    if (this.#isOver) {
      return;
    }
    try {
      const answer = await send(this.#controller.signal);
      if (this.#isOver) {
        // This fetch ignores its signal.
        answer?.body && cancel(answer.body, ABORT_TIME);
      } else {
        await answered(answer);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Reads the parts of a response that matter. Keeps its body for `read`. A custom fetch may return anything. */
  head(response) {
    try {
      const { status, headers, url = "", redirected, body, bodyUsed } = response;
      const header = (name) => `${headers.get(name) ?? ""}`;
      const isStream = typeof body?.getReader === "function";
      this.#stream = isStream ? body : null;
      if (typeof status !== "number") {
        throw new TypeError("it has no status");
      }
      return {
        status,
        contentType: header("Content-Type"),
        retryAfter: retryAfter(header("Retry-After")),
        url: `${url}`,
        redirected,
        isReadable: body === null || (isStream && !body.locked && !bodyUsed),
      };
    } catch (error) {
      throw unusable("what it has returned is no Response", error);
    }
  }

  /** The body comes with its reader, or with a response that is there, and is cancelled at once when it is let go of. */
  adopt(reader = null) {
    this.#isForeign = true;
    this.#reader = reader;
  }

  /** The reader of the body. Null if it cannot be read. */
  takeReader() {
    if (this.#stream !== null && !this.#stream.locked) {
      this.#reader = this.#stream.getReader();
      this.#stream = null;
    }
    return this.#reader;
  }

  /** Begins to read the body, this many bytes ahead. Calls `arrived` with a piece that was not there when it was asked for. */
  read(capacity, arrived) {
    const reader = this.takeReader();
    if (reader !== null) {
      this.#body = new Body(reader, capacity, arrived);
    }
  }

  /** Asks for the next piece of the body. A response without a body is at its end, but one whose body cannot be read is not. */
  take() {
    if (this.#isFailing) {
      return undefined;
    }
    return this.#body === null ? {} : this.#body.take();
  }

  /** Reports a failure as soon as its cause is known, unless the attempt is let go of before. */
  fail(error) {
    this.#isFailing = true;
    setTimeout(() => this.#isOver || this.#failed(error, this), timeToTell());
  }

  letGo(reason) {
    this.#isOver = true;
    this.#body?.stop();
    // The abort frees the connection. Firefox's workers keep one whose body is cancelled before the abort has arrived.
    this.#controller.abort(reason);
    const body = this.#reader ?? this.#stream;
    if (body !== null) {
      cancel(body, this.#isForeign ? 0 : ABORT_TIME);
    }
  }
}
