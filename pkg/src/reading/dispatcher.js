// Takes those actions of one driver that are for its face, one after the other. Each event gets a turn of its own.
import {
  ACTION_COMMENT,
  ACTION_DISPATCH,
  ACTION_FAIL,
  ACTION_NOTHING,
  ACTION_OPEN,
  ACTION_RECONNECT,
  ACTION_SUSPENDED,
} from "../engine/constants.js";
import { isTimeForOthers, takeTurns } from "./scheduler.js";

// What an action took: nothing, because there was none; a turn, because something was dispatched; or less than a turn.
export const NOTHING = 0;
export const TURN = 1;
export const NO_TURN = 2;

/**
 * Takes actions as long as there are any. `reactions`, the same for all sources, do for `source` what an action is about, and say
 * what that took: `opened`, `event(event)`, `comment(text)`, `suspended`, `lost(driver)`, `failed(driver)`, and `broken(error)` for
 * a fault of the engine. They are asked whether it `holdsBack`, and whether it `dispatches(type)` to listeners.
 */
export class Dispatcher {
  #source;
  #reactions;
  #driver = null;
  /** Actions are being taken. */
  #isAwake = false;
  #isStopped = false;
  /** Nothing was told yet. */
  #isNew = true;
  /** A loop is being given an event. */
  #isPulling = false;
  /** An action that was taken for a loop, and is one to be dispatched in its turn. */
  #held = ACTION_NOTHING;

  constructor(source, reactions) {
    this.#source = source;
    this.#reactions = reactions;
  }

  /** `connect` makes the driver, given what it is to call when there may be an action. */
  start(connect) {
    this.#driver = connect(() => this.wake());
    if (this.#isStopped) {
      // Its first request has run code of the page.
      this.#driver.close();
    }
  }

  get lastEventId() {
    return this.#driver?.lastEventId;
  }

  get reconnectionTime() {
    return this.#driver?.reconnectionTime;
  }

  reset() {
    this.#driver?.reset();
  }

  reconnect() {
    // What is held of the connection before is not told any more; but an event's ID counts already.
    if (this.#held === ACTION_OPEN || this.#held === ACTION_RECONNECT) {
      this.#held = ACTION_NOTHING;
    }
    this.#driver?.reconnect();
  }

  /** No action is taken any more, and the connection is let go of. */
  stop() {
    this.#isStopped = true;
    this.#held = ACTION_NOTHING;
    this.#driver?.close();
  }

  /**
   * There may be an action to take. With `later`, other tasks have their turn first: the code that made the source may not listen
   * yet.
   */
  wake(later = this.#isNew) {
    if (!this.#isAwake) {
      this.#isAwake = true;
      takeTurns(() => (this.#isAwake = this.#turn()), later);
    }
  }

  /** For a loop that has nothing left: the next event now, if it is there and is not dispatched, else in a turn. */
  pull() {
    if (this.#driver === null || this.#isStopped || this.#isAwake) {
      return;
    }
    if (this.#held !== ACTION_NOTHING || this.#isPulling) {
      this.wake();
    } else if (isTimeForOthers()) {
      this.wake(true);
    } else {
      this.#isPulling = true;
      this.#guarded(() => this.#pullAction());
      this.#isPulling = false;
    }
  }

  #pullAction() {
    const driver = this.#driver;
    const action = this.#takeAction();
    if (action === ACTION_DISPATCH && !this.#reactions.dispatches(this.#source, driver.event.type)) {
      this.#reactions.event(this.#source, driver.event);
    } else if (action !== ACTION_NOTHING) {
      if (action === ACTION_COMMENT) {
        // Read now: the engine may have gone on by then.
        driver.comment;
      }
      this.#held = action;
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
    return step !== NOTHING && !this.#isStopped;
  }

  /** Exceptions of listeners do not get here. An exception that does is a fault of the engine, and ends the source. */
  #guarded(call) {
    try {
      call();
    } catch (error) {
      this.#reactions.broken(this.#source, error);
    }
  }

  /** Takes one action. A listener that closes the source leaves none. */
  #proceed() {
    const source = this.#source;
    const driver = this.#driver;
    const reactions = this.#reactions;
    if (driver === null || this.#isStopped || reactions.holdsBack(source)) {
      return NOTHING;
    }
    switch (this.#takeAction()) {
      case ACTION_OPEN:
        return reactions.opened(source);
      case ACTION_DISPATCH:
        return reactions.event(source, driver.event);
      case ACTION_COMMENT:
        return reactions.comment(source, driver.comment);
      case ACTION_RECONNECT:
        return reactions.lost(source, driver);
      case ACTION_SUSPENDED:
        return reactions.suspended(source);
      case ACTION_FAIL:
        return reactions.failed(source, driver);
      default:
        return NOTHING;
    }
  }

  #takeAction() {
    const held = this.#held;
    this.#held = ACTION_NOTHING;
    return held === ACTION_NOTHING ? this.#driver.next() : held;
  }
}
