// One connection of the engine, and the taking of its notices: one after the other, and each event in a turn of its own.
import { NOTICE, Reader } from "./reader.js";
import { isTimeForOthers, takeTurns } from "./turns.js";

// What a notice took: nothing, for there was none; a turn, for it was dispatched; or less than that.
export const NOTHING = 0;
export const TURN = 1;
export const NO_TURN = 2;

/**
 * Takes notices as long as there are any. `source` does what they are about and says what it took: `opened()`, `event(event)`,
 * `comment(text)`, `suspended()`, `lost(connection)`, `failed(connection)`, and `broken(error)` for a fault of the engine. It
 * is asked whether it `holdsBack()`, and whether it `dispatches(type)` events of a type to listeners.
 */
export class Pump {
  #source;
  /** From when it was made until the source is CLOSED. */
  #connection = null;
  #reader = null;
  /** What the connection said of both, when there is none any more. */
  #lastEventId;
  #reconnectionTime;
  /** Notices are being taken. */
  #awake = false;
  /** The engine has been called and has not returned. */
  #inside = false;
  #stopped = false;
  /** A notice that was taken for a loop, and is one to be dispatched in its turn. */
  #held = NOTICE.NONE;

  constructor(source) {
    this.#source = source;
  }

  /** `connect` makes the connection, given what it is to call when there may be a notice. */
  start(connect) {
    this.#connection = this.#enter(() => connect(() => this.wake()));
    this.#reader = new Reader(this.#connection);
    this.#releaseIfStopped();
  }

  get lastEventId() {
    return this.#connection?.lastEventId() ?? this.#lastEventId;
  }

  get reconnectionTime() {
    return this.#connection?.reconnectionTime() ?? this.#reconnectionTime;
  }

  reset() {
    this.#dropHeld();
    this.#connection?.reset();
  }

  reconnect() {
    const connection = this.#connection;
    if (connection !== null) {
      this.#dropHeld();
      this.#enter(() => connection.reconnect());
      this.#releaseIfStopped();
    }
  }

  /** No notice is taken any more, and the connection is let go of. */
  stop() {
    this.#stopped = true;
    this.#releaseIfStopped();
  }

  /** There may be a notice, or somebody who takes it. */
  wake() {
    if (!this.#awake) {
      this.#awake = true;
      takeTurns(() => (this.#awake = this.#turn()));
    }
  }

  /** For a loop that has nothing left: the next event now, if it is there and is not dispatched, else in a turn. */
  pull() {
    if (this.#connection === null || this.#awake) {
      return;
    }
    if (this.#held !== NOTICE.NONE || isTimeForOthers()) {
      this.wake();
      return;
    }
    const notice = this.#takeNotice();
    if (notice === NOTICE.EVENT) {
      const event = this.#reader.event();
      if (!this.#source.dispatches(event.type)) {
        this.#source.event(event);
        return;
      }
    }
    if (notice !== NOTICE.NONE) {
      this.#held = notice;
      this.wake();
    }
  }

  /** What a listener throws does not get here; what does is a fault of the engine, which is not to be called again. */
  #turn() {
    try {
      let step;
      do {
        step = this.#proceed();
      } while (step === NO_TURN && !isTimeForOthers());
      return step !== NOTHING;
    } catch (error) {
      this.#connection = null;
      this.#source.broken(error);
      return false;
    }
  }

  /** Takes one notice. A listener that closes the source leaves none. */
  #proceed() {
    const source = this.#source;
    if (this.#connection === null || source.holdsBack()) {
      return NOTHING;
    }
    switch (this.#takeNotice()) {
      case NOTICE.OPEN:
        return source.opened();
      case NOTICE.EVENT:
        return source.event(this.#reader.event());
      case NOTICE.COMMENT:
        return source.comment(this.#reader.comment());
      case NOTICE.RECONNECTING:
        return source.lost(this.#connection);
      case NOTICE.SUSPENDED:
        return source.suspended();
      case NOTICE.FAILED:
        return source.failed(this.#connection);
      default:
        return NOTHING;
    }
  }

  #takeNotice() {
    const held = this.#held;
    if (held !== NOTICE.NONE) {
      this.#held = NOTICE.NONE;
      return held;
    }
    const reader = this.#reader;
    const notice = this.#enter(() => reader.next());
    return this.#releaseIfStopped() ? NOTICE.NONE : notice;
  }

  #dropHeld() {
    if (this.#held === NOTICE.EVENT) {
      this.#held = NOTICE.NONE;
    }
  }

  /**
   * Calls the engine where it may call user code: a `fetch` that the page has wrapped, an `abort` listener, a stream's
   * `pull()`. If that closes the source, the connection is let go of when the engine has returned.
   */
  #enter(call) {
    const outside = !this.#inside;
    this.#inside = true;
    try {
      return call();
    } finally {
      this.#inside = !outside;
    }
  }

  #releaseIfStopped() {
    const connection = this.#connection;
    if (this.#stopped && !this.#inside && connection !== null) {
      this.#lastEventId = connection.lastEventId();
      this.#reconnectionTime = connection.reconnectionTime();
      this.#connection = null;
      this.#reader = null;
      this.#held = NOTICE.NONE;
      connection.free();
    }
    return this.#stopped;
  }
}
