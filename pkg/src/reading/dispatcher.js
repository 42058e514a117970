// Takes those actions of one driver that are for its face, one after the other. Each event that is dispatched gets a turn of its own.
import {
  ACTION_COMMENT,
  ACTION_DISPATCH,
  ACTION_FAIL,
  ACTION_NOTHING,
  ACTION_OPEN,
  ACTION_RECONNECT,
  ACTION_SUSPENDED,
  ACTION_VERIFIED,
} from "../engine/constants.js";
import { captureContext } from "../platform.js";
import { isTimeForOthers } from "./pace.js";
import { takeTurns } from "./scheduler.js";

// What an action took: nothing, because there was none; a turn, because something was dispatched; or less than a turn.
export const NOTHING = 0;
export const TURN = 1;
export const NO_TURN = 2;
// The event was not taken, because it needs a turn of its own.
export const OWN_TURN = 3;

/**
 * Takes actions as long as there are any. `reactions`, the same for all sources, do for `source` what an action is about, and say
 * what that took: `opened`, `event(event, isTurn)`, `comment(text)`, `suspended`, `verified`, `lost(driver)`, `failed(driver)`, and `broken(error)` for
 * a fault of the engine. `isTurn` says whether an event has a turn of its own, as one that is dispatched needs. They are asked
 * whether the source `holdsBack`.
 *
 * A source that holds back waits for its loops to ask. Until then the dispatcher looks ahead: it reports everything up to the next
 * event, and keeps that event for the loops. Everything behind the event is reported after it.
 */
export class Dispatcher {
  #source;
  #reactions;
  #driver = null;
  /** Runs a call in the async context of the code that has made the source. */
  #inContext = captureContext();
  /** Actions are being taken. */
  #isAwake = false;
  #isStopped = false;
  /** Nothing was reported yet. */
  #isNew = true;
  /** A loop is being given an event. */
  #isPulling = false;
  /** An event that was taken and is kept. The engine counts its ID already. */
  #event = null;
  /** The last event ID before that event: the one that counts if the source stops and the event is never delivered. */
  #lastEventId;
  /** Another action that was taken, and is reported after the event. */
  #held = ACTION_NOTHING;
  /** An event was delivered in this turn. */
  #isTurnUsed = false;
  /** A turn for looking ahead was requested. */
  #isLookDue = false;

  constructor(source, reactions) {
    this.#source = source;
    this.#reactions = reactions;
  }

  /** `connect` makes the driver, given what it is to call when there may be an action. */
  start(connect) {
    this.#driver = connect(() => this.wake());
    this.#lastEventId = this.#driver.lastEventId;
    if (this.#isStopped) {
      // Its first request has run code of the page.
      this.#driver.close();
    }
  }

  get lastEventId() {
    const isUntold = this.#event !== null || this.#isStopped;
    return (isUntold ? this.#lastEventId : undefined) ?? this.#driver?.lastEventId;
  }

  get reconnectionTime() {
    return this.#driver?.reconnectionTime;
  }

  reset() {
    this.#driver?.reset();
  }

  /** Returns whether there will be an answer; undefined if there is no driver yet. */
  verify(staleAfter, timeout) {
    return this.#driver?.verify(staleAfter, timeout);
  }

  reconnect(lastEventId) {
    // Events that are kept from the old connection are dropped. The ID of one counts already.
    if (this.#held === ACTION_OPEN || this.#held === ACTION_RECONNECT) {
      this.#held = ACTION_NOTHING;
    }
    this.#driver?.reconnect(lastEventId);
  }

  /** Stops taking actions, and ends the connection. */
  stop() {
    if (this.#event === null) {
      this.#lastEventId = undefined;
    }
    this.#isStopped = true;
    this.#event = null;
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
      takeTurns(() => (this.#isAwake = this.#run(this.#turn)), later);
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
      this.#run(this.#pullAction);
      this.#isPulling = false;
    }
  }

  #pullAction = () => {
    const action = this.#takeAction();
    if (action === ACTION_DISPATCH && this.#tellEvent(false) === NO_TURN) {
      this.#lookLater();
    } else if (action !== ACTION_NOTHING) {
      this.#hold(action);
      this.wake();
    }
  };

  #turn = () => {
    this.#isNew = false;
    this.#isTurnUsed = false;
    let step;
    do {
      step = this.#proceed();
    } while (step === NO_TURN && !isTimeForOthers());
    return step !== NOTHING && !this.#isStopped;
  };

  /** Exceptions of listeners do not get here. An exception that does is a fault of the engine, and ends the source. */
  #run(call) {
    try {
      return this.#inContext(call);
    } catch (error) {
      this.#reactions.broken(this.#source, error);
      return false;
    }
  }

  /** Takes one action. A listener that closes the source leaves none. */
  #proceed() {
    if (this.#driver === null || this.#isStopped) {
      return NOTHING;
    }
    if (this.#reactions.holdsBack(this.#source)) {
      return this.#lookAhead();
    }
    const action = this.#takeAction();
    return action === ACTION_DISPATCH ? this.#tellEvent(!this.#isTurnUsed) : this.#tell(action);
  }

  /** Takes one action for a source that holds back. */
  #lookAhead() {
    if (this.#isTurnUsed) {
      // The loop that got the event may ask for the next one at once.
      this.#lookLater();
      return NOTHING;
    }
    if (this.#event === null) {
      this.#lastEventId = this.#driver.lastEventId;
      const action = this.#takeAction();
      if (action !== ACTION_DISPATCH) {
        return this.#tell(action);
      }
      this.#event = this.#driver.event;
      return NOTHING;
    }
    // The user has ended the connection, and the next one must not wait for the event.
    if (this.#held === ACTION_NOTHING && !this.#driver.isConnected) {
      const action = this.#driver.next();
      if (action === ACTION_SUSPENDED) {
        return this.#tell(action);
      }
      this.#hold(action);
    }
    return NOTHING;
  }

  /** Looks ahead in a turn to come, unless a loop has asked by then. */
  #lookLater() {
    if (!this.#isLookDue) {
      this.#isLookDue = true;
      const look = () => {
        this.#isLookDue = false;
        this.wake();
      };
      takeTurns(look, true);
    }
  }

  #takeAction() {
    if (this.#event !== null) {
      return ACTION_DISPATCH;
    }
    const held = this.#held;
    if (held === ACTION_NOTHING) {
      return this.#driver.next();
    }
    this.#held = ACTION_NOTHING;
    return held;
  }

  #hold(action) {
    if (action === ACTION_COMMENT) {
      // Read now, because the engine may have gone on later.
      this.#driver.comment;
    }
    // An event is kept already.
    if (action !== ACTION_DISPATCH) {
      this.#held = action;
    }
  }

  #tellEvent(isTurn) {
    const event = this.#event ?? this.#driver.event;
    this.#event = null;
    const step = this.#reactions.event(this.#source, event, isTurn);
    if (step === OWN_TURN) {
      this.#event = event;
    } else {
      this.#isTurnUsed = true;
      this.#lastEventId = event.lastEventId;
    }
    return step;
  }

  #tell(action) {
    const source = this.#source;
    const driver = this.#driver;
    const reactions = this.#reactions;
    switch (action) {
      case ACTION_OPEN:
        return reactions.opened(source);
      case ACTION_COMMENT:
        return reactions.comment(source, driver.comment);
      case ACTION_RECONNECT:
        return reactions.lost(source, driver);
      case ACTION_SUSPENDED:
        return reactions.suspended(source);
      case ACTION_VERIFIED:
        return reactions.verified(source);
      case ACTION_FAIL:
        return reactions.failed(source, driver);
      default:
        return NOTHING;
    }
  }
}
