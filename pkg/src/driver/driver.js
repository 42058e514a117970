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
  COMMAND_CLOSE,
  COMMAND_COME_BACK,
  COMMAND_EXPECT_ABORTED,
  COMMAND_EXPECT_BLOCKED,
  COMMAND_ONLINE,
  COMMAND_RECONNECT,
  COMMAND_RESET,
  COMMAND_RESUME,
  COMMAND_SET_LAST_EVENT_ID,
  COMMAND_SUSPEND,
  SIGNAL_NETWORK_ERROR,
} from "../engine/constants.js";
import { Engine } from "../engine/engine.js";
import { Batch } from "../reading/batch.js";
import { Exchange } from "./exchange.js";
import { isPrerendering } from "./page-events.js";
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
  /** The next request may be the last one again: there was none, or the user or the engine wants the same once more. */
  #mayRepeat = true;
  /** What `resume` is being asked, if it is. */
  #asking;
  /** What is told to the face once `resume` has answered. */
  #answered = ACTION_NOTHING;
  /** `resume` has ended the source after a failure for which the engine would have made another attempt. */
  #isGivenUp = false;
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
    // A response that is there needs no connection.
    if (settings.response === undefined && this.#isOutOfSight) {
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
   * that was refused, and what was thrown, as `cause`, if that is why; `url` and `redirected`, where the attempt went.
   */
  get failure() {
    const failure = this.#sound(this.#engine.failure);
    const { refusal, cause, place } = this.#exchange;
    // A failure of another kind may have followed the last refusal.
    const { headers, body = failure.body } = (failure.status && refusal) ?? {};
    const reconnectsIn = this.#isGivenUp ? undefined : failure.reconnectsIn;
    return { ...failure, reconnectsIn, headers, body, cause, ...place };
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

  /** Makes another connection at once, with this last event ID, if it is given. */
  reconnect(lastEventId) {
    if (lastEventId !== undefined) {
      this.#command(COMMAND_SET_LAST_EVENT_ID, lastEventId);
    }
    this.#command(COMMAND_RECONNECT);
    this.#wake();
  }

  /** Finds out whether the connection is alive. Returns whether there will be an answer. */
  verify(staleAfter, timeout) {
    this.#batch.settle();
    // Nobody knows whether the request that `resume` has given last can be sent twice.
    const isPossible = this.#settings.resume === undefined && this.#engine.verify(staleAfter, timeout) === 1;
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
    return this.#isAway || isPrerendering() || (this.#settings.closeWhenHidden && isHidden());
  }

  #perform() {
    // Sending and reading may run code of the page, which may close this driver.
    while (!this.isClosed && this.#asking === undefined) {
      const answered = this.#answered;
      if (answered !== ACTION_NOTHING) {
        this.#answered = ACTION_NOTHING;
        return answered;
      }
      const action = this.#batch.next();
      switch (action) {
        case ACTION_REQUEST:
          this.#request();
          break;
        case ACTION_REQUEST_CANDIDATE:
          this.#exchange.requestCandidate(this.lastEventId);
          break;
        case ACTION_VERIFIED:
          this.#exchange.letGoOfCandidate();
          return action;
        case ACTION_REPLACED:
          this.#exchange.promoteCandidate();
          return ACTION_VERIFIED;
        case ACTION_PROBE:
          // The engine may want the same request once more.
          this.#mayRepeat = true;
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
          if (action === ACTION_FAIL || !this.#hasToAsk()) {
            return action;
          }
          break;
        default:
          return action;
      }
    }
    return ACTION_NOTHING;
  }

  #request() {
    if (this.#settings.resume !== undefined && !this.#mayRepeat) {
      // Nothing has failed: the user or the page has ended the last connection.
      this.#ask({}, (isResumed) => {
        if (isResumed) {
          this.#request();
        } else {
          this.#engine.command(COMMAND_EXPECT_ABORTED);
          this.#engine.receive(SIGNAL_NETWORK_ERROR);
        }
      });
      return;
    }
    this.#mayRepeat = false;
    this.#exchange.request(this.lastEventId);
  }

  /** Whether `resume` is asked before the face hears of the loss. A refused request that is wanted once more is the same again. */
  #hasToAsk() {
    const { failure } = this;
    this.#mayRepeat = failure.status !== undefined;
    if (this.#settings.resume === undefined || this.#mayRepeat) {
      return false;
    }
    this.#ask(failure, (isResumed) => {
      this.#answered = isResumed ? ACTION_RECONNECT : ACTION_FAIL;
      if (!isResumed) {
        this.#isGivenUp = true;
        this.#engine.command(COMMAND_CLOSE);
      }
    });
    return true;
  }

  /** Asks `resume`. Its answer has no effect if the connection was suspended, made anew or closed meanwhile. */
  async #ask(failure, answered) {
    const asking = { ...failure, lastEventId: this.lastEventId };
    this.#asking = asking;
    const next = await this.#exchange.askForNext(asking);
    if (this.#asking === asking && !this.isClosed) {
      this.#asking = undefined;
      this.#mayRepeat = true;
      if (next !== undefined) {
        this.#exchange.become(next);
      }
      answered(next !== undefined);
      this.#wake();
    }
  }

  #command(command, text) {
    if (!this.isClosed) {
      this.#batch.settle();
      if (this.#engine.command(command, text)) {
        this.#leave();
      }
    }
  }

  #leave() {
    this.#asking = undefined;
    if (!this.#isGivenUp) {
      this.#answered = ACTION_NOTHING;
    }
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
