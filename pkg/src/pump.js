// One connection of the engine, and the taking of its notices: one after the other, and each event in a turn of its own.
import { NOTICE, Reader } from "./reader.js";
import { isTimeForOthers, takeTurns } from "./turns.js";

// What a notice took: nothing, for there was none; a turn, for it was dispatched; or less than that.
export const NOTHING = 0;
export const TURN = 1;
export const NO_TURN = 2;

/**
 * Takes notices as long as there are any. `actions`, the same for all sources, do what they are about for `source` and say what
 * it took: `opened`, `event(event)`, `comment(text)`, `suspended`, `lost(connection)`, `failed(connection)`, and `broken(error)`
 * for a fault of the engine. They are asked whether it `holdsBack`, and whether it `dispatches(type)` to listeners.
 */
export class Pump {
  #source;
  #actions;
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
  /** Nothing was told yet. */
  #isNew = true;
  /** A loop is being given an event. */
  #pulling = false;
  /** A notice that was taken for a loop, and is one to be dispatched in its turn. */
  #held = NOTICE.NONE;

  constructor(source, actions) {
    this.#source = source;
    this.#actions = actions;
  }

  /** `connect` makes the connection, given what it is to call when there may be a notice. */
  start(connect) {
    this.#connection = this.#enter(() => connect(() => this.#called()));
    this.#reader = new Reader(this.#connection);
    this.#releaseIfStopped();
  }

  /** Something has happened, which may be that the connection is let go of. It is not to wait for what was read ahead. */
  #called() {
    this.#reader?.settle();
    this.wake();
  }

  get lastEventId() {
    return this.#reader?.lastEventId ?? this.#lastEventId;
  }

  get reconnectionTime() {
    return this.#connection?.reconnectionTime() ?? this.#reconnectionTime;
  }

  reset() {
    this.#reader?.settle();
    this.#connection?.reset();
  }

  reconnect() {
    const connection = this.#connection;
    if (connection !== null) {
      // What is held of the connection before is not to be told any more; but an event's ID counts already.
      if (this.#held === NOTICE.OPEN || this.#held === NOTICE.RECONNECTING) {
        this.#held = NOTICE.NONE;
      }
      this.#reader.settle();
      this.#enter(() => connection.reconnect());
      this.#releaseIfStopped();
    }
  }

  /** No notice is taken any more, and the connection is let go of. */
  stop() {
    this.#stopped = true;
    this.#releaseIfStopped();
  }

  /**
   * There may be a notice, or somebody who takes it. `later`: other tasks are to have their turn first, as who has made the source
   * and may not listen yet.
   */
  wake(later = this.#isNew) {
    if (!this.#awake) {
      this.#awake = true;
      takeTurns(() => (this.#awake = this.#turn()), later);
    }
  }

  /** For a loop that has nothing left: the next event now, if it is there and is not dispatched, else in a turn. */
  pull() {
    if (this.#connection === null || this.#awake) {
      return;
    }
    if (this.#held !== NOTICE.NONE || this.#pulling) {
      this.wake();
    } else if (isTimeForOthers()) {
      this.wake(true);
    } else {
      this.#pulling = true;
      this.#guarded(() => this.#pullNotice());
      this.#pulling = false;
    }
  }

  #pullNotice() {
    const notice = this.#takeNotice();
    if (notice === NOTICE.EVENT && !this.#actions.dispatches(this.#source, this.#reader.event().type)) {
      this.#actions.event(this.#source, this.#reader.event());
    } else if (notice !== NOTICE.NONE) {
      if (notice === NOTICE.COMMENT) {
        // Read now: the connection may have gone on by then.
        this.#reader.comment();
      }
      this.#held = notice;
      this.wake();
    }
  }

  #turn() {
    this.#isNew = false;
    let step = NOTHING;
    this.#guarded(() => {
      do {
        step = this.#proceed();
      } while (step === NO_TURN && !isTimeForOthers());
    });
    return step !== NOTHING && this.#connection !== null;
  }

  /** What a listener throws does not get here; what does is a fault of the engine, which is not to be called again. */
  #guarded(call) {
    try {
      call();
    } catch (error) {
      this.#connection = null;
      this.#reader = null;
      this.#actions.broken(this.#source, error);
    }
  }

  /** Takes one notice. A listener that closes the source leaves none. */
  #proceed() {
    const source = this.#source;
    const actions = this.#actions;
    if (this.#connection === null || actions.holdsBack(source)) {
      return NOTHING;
    }
    switch (this.#takeNotice()) {
      case NOTICE.OPEN:
        return actions.opened(source);
      case NOTICE.EVENT:
        return actions.event(source, this.#reader.event());
      case NOTICE.COMMENT:
        return actions.comment(source, this.#reader.comment());
      case NOTICE.RECONNECTING:
        return actions.lost(source, this.#connection);
      case NOTICE.SUSPENDED:
        return actions.suspended(source);
      case NOTICE.FAILED:
        return actions.failed(source, this.#connection);
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
      this.#lastEventId = this.lastEventId ?? "";
      this.#reconnectionTime = connection.reconnectionTime();
      this.#connection = null;
      this.#reader = null;
      this.#held = NOTICE.NONE;
      connection.free();
    }
    return this.#stopped;
  }
}
