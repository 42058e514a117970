// Performs the actions of one source's engine, one at a time. The engine decides what to do. The files beside this one know how.
import {
  ACTION_FAIL,
  ACTION_NOTHING,
  ACTION_PROBE,
  ACTION_READ,
  ACTION_RECONNECT,
  ACTION_REPLACED,
  ACTION_REQUEST,
  ACTION_REQUEST_CANDIDATE,
  ACTION_VERIFIED,
  ACTION_WAIT,
  COMMAND_COME_BACK,
  COMMAND_EXPECT_BLOCKED,
  COMMAND_ONLINE,
  COMMAND_RECONNECT,
  COMMAND_RESET,
  COMMAND_RESUME,
  COMMAND_SUSPEND,
} from "../engine/constants.js";
import { Engine } from "../engine/engine.js";
import { Batch } from "../reading/batch.js";
import { Exchange } from "./exchange.js";
import { originOf } from "./request.js";
import { Timer } from "./timer.js";

/**
 * The driver of one source. After each call of `wake`, the face calls `next` until there is nothing to do. `next` performs actions,
 * and returns those that are for the face.
 *
 * After a trap in the module, `next` lets go of the request and throws the trap.
 */
export class Driver {
  #settings;
  #wake;
  #engine;
  #batch;
  /** What it requests. */
  #exchange;
  #timer = new Timer();
  /** The document is in the back/forward cache, or on its way there. */
  #isAway = false;
  #unwatch;
  /** What the engine said of both, when the driver is closed. */
  #lastEventId;
  #reconnectionTime;

  /**
   * Sends the first request to the URL, or reads a body that is there already if it is given its reader. `settings` are those
   * of `readInit`, and may have `readAhead`, in bytes; a `response` that stands for the request; and what only a source that
   * reconnects needs: `watchPage` and `probe`.
   */
  constructor(module, { url, reader }, settings, wake) {
    this.#settings = settings;
    this.#wake = wake;
    // After a fault the engine is not called any more, and `next` throws the fault.
    const broken = () => {
      this.#exchange?.letGo();
      wake();
    };
    this.#engine = new Engine(module, settings.engine, settings.lastEventId ?? "", reader === undefined, broken);
    this.#batch = new Batch(this.#engine);
    this.#batch.origin = reader === undefined && settings.response === undefined ? originOf(url) : "null";
    this.#exchange = new Exchange(url, settings, this.#engine, wake, (origin) => (this.#batch.origin = origin));
    if (reader !== undefined) {
      this.#exchange.adopt(reader);
      wake();
      return;
    }
    this.#unwatch = settings.watchPage?.(this);
    if (this.#isOutOfSight) {
      this.#command(COMMAND_SUSPEND);
    }
    this.#perform();
  }

  /** The next action that is for the face; ACTION_NOTHING if there is none until `wake` is called. */
  next() {
    const action = this.#sound(this.#perform());
    // A listener to the abort of the request may have closed this driver.
    return this.isClosed ? ACTION_NOTHING : action;
  }

  /** The event of the last action. */
  get event() {
    return this.#sound(this.#batch.event);
  }

  /** The comment of the last action. */
  get comment() {
    return this.#sound(this.#batch.comment);
  }

  /**
   * Why there is no connection, after ACTION_RECONNECT or ACTION_FAIL: what the engine says of it, `headers` and `body` of a response
   * that was refused, and what was thrown, as `cause`, if that is why.
   */
  get failure() {
    const failure = this.#sound(this.#engine.failure);
    const { refusal, cause } = this.#exchange;
    // A failure of another kind may have followed the last refusal.
    const { headers, body } = (failure.status && refusal) ?? {};
    return { ...failure, headers, body, cause };
  }

  get lastEventId() {
    return this.#lastEventId ?? this.#batch.lastEventId;
  }

  get reconnectionTime() {
    return this.#reconnectionTime ?? this.#engine.reconnectionTime;
  }

  /** Whether a request, a probe or a body is on its way. */
  get isConnected() {
    return this.#exchange.isConnected;
  }

  get isClosed() {
    return this.#lastEventId !== undefined;
  }

  /** Drops everything that was received and not dispatched yet. */
  reset() {
    this.#command(COMMAND_RESET);
  }

  /** Makes another connection at once. */
  reconnect() {
    this.#command(COMMAND_RECONNECT);
    this.#wake();
  }

  /** Finds out whether the connection is alive. Returns whether there will be an answer. */
  verify(staleAfter, timeout) {
    this.#batch.settle();
    const isPossible = this.#engine.verify(staleAfter, timeout) === 1;
    this.#wake();
    return isPossible;
  }

  /** Closes the source for good. */
  close(reason) {
    if (!this.isClosed) {
      this.#reconnectionTime = this.reconnectionTime;
      this.#lastEventId = this.lastEventId;
      this.#timer.clear();
      this.#exchange.letGo(reason);
      this.#unwatch?.();
      this.#engine.free();
    }
  }

  // Events of the page. https://html.spec.whatwg.org/multipage/document-lifecycle.html#note-bfcache

  pageHidden() {
    this.#isAway = true;
    this.visibilityChanged();
  }

  pageShown() {
    this.#isAway = false;
    this.visibilityChanged();
  }

  visibilityChanged() {
    this.#command(this.#isOutOfSight ? COMMAND_SUSPEND : isHidden() ? COMMAND_RESUME : COMMAND_COME_BACK);
    this.#wake();
  }

  online() {
    this.#command(COMMAND_ONLINE);
    this.#wake();
  }

  /** A policy names a URL without its fragment, or after a redirect its origin only in some browsers. */
  requestBlocked(url) {
    const requested = this.#exchange.url;
    if (url === requested.split("#")[0] || url === originOf(requested)) {
      this.#command(COMMAND_EXPECT_BLOCKED);
    }
  }

  get #isOutOfSight() {
    return this.#isAway || (this.#settings.closeWhenHidden && isHidden());
  }

  #perform() {
    // Sending and reading may run code of the page, which may close this driver.
    while (!this.isClosed) {
      const action = this.#batch.next();
      switch (action) {
        case ACTION_REQUEST:
          this.#exchange.request(this.lastEventId);
          break;
        case ACTION_REQUEST_CANDIDATE:
          this.#exchange.requestCandidate(this.lastEventId);
          break;
        case ACTION_VERIFIED:
          this.#exchange.letGoOfCandidate();
          return action;
        case ACTION_REPLACED:
          this.#exchange.replace();
          return ACTION_VERIFIED;
        case ACTION_PROBE:
          this.#exchange.probe();
          break;
        case ACTION_READ:
          this.#exchange.take();
          break;
        case ACTION_WAIT:
          this.#timer.set(this.#engine.until, this.#wake);
          return ACTION_NOTHING;
        case ACTION_RECONNECT:
        case ACTION_FAIL:
          this.#leave();
          return action;
        default:
          return action;
      }
    }
    return ACTION_NOTHING;
  }

  #command(command) {
    if (!this.isClosed) {
      this.#batch.settle();
      if (this.#engine.command(command)) {
        this.#leave();
      }
    }
  }

  #leave() {
    this.#timer.clear();
    this.#exchange.leave();
  }

  /** What the engine has said, unless that was its last. */
  #sound(value) {
    const { fault } = this.#engine;
    if (fault !== undefined && !this.isClosed) {
      throw fault;
    }
    return value;
  }
}

function isHidden() {
  return globalThis.document?.visibilityState === "hidden";
}
