// Performs the actions of one source's engine, one at a time. The engine decides what to do. The files beside this one know how.
import {
  ACTION_FAIL,
  ACTION_NOTHING,
  ACTION_PROBE,
  ACTION_READ,
  ACTION_RECONNECT,
  ACTION_REQUEST,
  ACTION_WAIT,
  COMMAND_EXPECT_BLOCKED,
  COMMAND_EXPECT_UNFETCHABLE,
  COMMAND_RECONNECT,
  COMMAND_RESET,
  COMMAND_RESUME,
  COMMAND_STOP_WAITING,
  COMMAND_SUSPEND,
  SIGNAL_ABORTED,
  SIGNAL_ANSWERED,
  SIGNAL_END_OF_BODY,
  SIGNAL_HIDDEN_ERROR,
  SIGNAL_NETWORK_ERROR,
  SIGNAL_UNPREPARED,
} from "../engine/constants.js";
import { Engine } from "../engine/engine.js";
import { Batch } from "../reading/batch.js";
import { Attempt } from "./attempt.js";
import { isRetryWanted, readRefusal } from "./refusal.js";
import { isSurelyFetchable, originOf, send, UNPREPARED } from "./request.js";
import { Timer } from "./timer.js";

/**
 * One source at work. Its face pulls: after each call of `wake` it calls `next` until there is nothing to do. `next` performs
 * actions, and returns those that are for the face.
 *
 * A trap of the module is thrown by `next`; the request is let go of before.
 */
export class Driver {
  /** What the last response said that was refused. */
  refusal;
  /** What was thrown when the last request failed, if anything was. */
  cause;
  #settings;
  /** Where the next request goes: to the URL, or to where a redirect of it has led. */
  #currentUrl;
  #wake;
  #engine;
  #batch;
  #attempt = null;
  #timer = new Timer();
  /** The document is in the back/forward cache, or on its way. */
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
    this.#currentUrl = url;
    this.#wake = wake;
    this.#engine = new Engine(module, settings.engine, settings.lastEventId ?? "", reader === undefined);
    this.#batch = new Batch(this.#engine);
    this.#batch.origin = reader === undefined && settings.response === undefined ? originOf(url) : "null";
    if (reader !== undefined) {
      this.#begin().adopt(reader);
      this.#read();
      wake();
      return;
    }
    this.#unwatch = settings.watchPage?.(this);
    if (this.#isOutOfSight) {
      this.#command(COMMAND_SUSPEND);
    }
    this.#perform();
    if (this.#engine.fault !== undefined) {
      // For `next` to throw it.
      wake();
    }
  }

  /** The next action that is for the face; ACTION_NOTHING if there is none until `wake` is called. */
  next() {
    const action = this.#perform();
    const fault = this.#engine.fault;
    if (fault !== undefined) {
      this.#letGo();
      throw fault;
    }
    // A listener to the request's abort may have closed this.
    return this.isClosed ? ACTION_NOTHING : action;
  }

  /** The event of the last action. */
  get event() {
    return this.#batch.event;
  }

  /** The comment of the last action. */
  get comment() {
    return this.#batch.comment;
  }

  /** Why there is no connection, after ACTION_RECONNECT or ACTION_FAIL. */
  get failure() {
    return this.#engine.failure;
  }

  get lastEventId() {
    return this.#lastEventId ?? this.#batch.lastEventId;
  }

  get reconnectionTime() {
    return this.#reconnectionTime ?? this.#engine.reconnectionTime;
  }

  /** Whether a request, a probe or a body is on its way. */
  get isConnected() {
    return this.#attempt !== null;
  }

  get isClosed() {
    return this.#lastEventId !== undefined;
  }

  /** Forgets what was received and not dispatched. */
  reset() {
    this.#command(COMMAND_RESET);
  }

  /** Makes another connection at once. */
  reconnect() {
    this.#command(COMMAND_RECONNECT);
    this.#wake();
  }

  /** Closes the source for good. */
  close(reason) {
    if (!this.isClosed) {
      this.#reconnectionTime = this.reconnectionTime;
      this.#lastEventId = this.lastEventId;
      this.#letGo(reason);
      this.#unwatch?.();
      this.#engine.free();
    }
  }

  // What the page tells. https://html.spec.whatwg.org/multipage/document-lifecycle.html#note-bfcache

  pageHidden() {
    this.#isAway = true;
    this.visibilityChanged();
  }

  pageShown() {
    this.#isAway = false;
    this.visibilityChanged();
  }

  visibilityChanged() {
    this.#command(this.#isOutOfSight ? COMMAND_SUSPEND : COMMAND_RESUME);
    this.#wake();
  }

  online() {
    this.#command(COMMAND_STOP_WAITING);
    this.#wake();
  }

  /** A policy names a URL without its fragment, or after a redirect its origin only in some browsers. */
  requestBlocked(url) {
    if (url === this.#currentUrl.split("#")[0] || url === originOf(this.#currentUrl)) {
      this.#command(COMMAND_EXPECT_BLOCKED);
    }
  }

  get #isOutOfSight() {
    return this.#isAway || (this.#settings.closeWhenHidden && globalThis.document?.visibilityState === "hidden");
  }

  #perform() {
    // Sending and reading may run code of the page, which may close this.
    while (!this.isClosed) {
      const action = this.#batch.next();
      switch (action) {
        case ACTION_REQUEST:
          this.#request();
          break;
        case ACTION_PROBE:
          this.#probe();
          break;
        case ACTION_READ:
          this.#take();
          break;
        case ACTION_WAIT:
          this.#timer.set(this.#engine.until, this.#wake);
          return ACTION_NOTHING;
        case ACTION_RECONNECT:
        case ACTION_FAIL:
          this.#letGo();
          return action;
        default:
          return action;
      }
    }
    // A listener to a probe's abort may have closed this before the request was sent.
    this.#letGo();
    return ACTION_NOTHING;
  }

  #request() {
    const url = this.#currentUrl;
    const { lastEventId } = this;
    this.cause = undefined;
    const { request, response } = this.#settings;
    if (request?.fetch === undefined && response === undefined && !isSurelyFetchable(url)) {
      this.#command(COMMAND_EXPECT_UNFETCHABLE);
    }
    const attempt = this.#begin();
    if (response !== undefined) {
      attempt.adopt();
    }
    attempt.open(
      (signal) => response ?? send(url, this.#settings, lastEventId, signal),
      (answer) => this.#respond(answer),
    );
  }

  #probe() {
    const url = this.#currentUrl;
    this.#begin().open(
      (signal) => this.#settings.probe(url, this.#settings, signal),
      () => this.#receive(SIGNAL_ANSWERED),
    );
  }

  /** Begins an attempt. A probe before it is let go of. */
  #begin() {
    this.#letGo();
    return (this.#attempt = new Attempt((error) => this.#fail(error)));
  }

  #respond(response) {
    const head = this.#attempt.head(response);
    if (head.url) {
      this.#batch.origin = originOf(head.url);
    }
    if (!this.#engine.response(head)) {
      return this.#refuse(response, head);
    }
    // "Reestablish the connection" fetches the same request again, and a redirect has changed its current URL. What the page
    // has given for one origin is not for another.
    if (head.redirected && head.url && this.#settings.request === undefined) {
      this.#currentUrl = head.url;
    }
    this.#read();
    this.#wake();
    return undefined;
  }

  /** The response does not announce the connection. Its user may want another attempt. */
  async #refuse(response, head) {
    const attempt = this.#attempt;
    const refusal = await readRefusal(response, response.body?.locked ? null : attempt.takeReader());
    if (attempt.isOver) {
      return;
    }
    this.refusal = refusal;
    const isRetried = await isRetryWanted(this.#settings, refusal);
    if (attempt.isOver) {
      return;
    }
    this.#engine.refused(head, isRetried);
    this.#letGo();
    this.#wake();
  }

  #read() {
    this.#attempt.read(this.#settings.readAhead ?? 0, (piece) => {
      this.#note(piece);
      this.#wake();
    });
  }

  /** What is there already needs no turn of its own. */
  #take() {
    const piece = this.#attempt.take();
    if (piece !== undefined) {
      this.#note(piece);
    }
  }

  #note(piece) {
    if ("bytes" in piece) {
      this.#engine.chunk(piece.bytes);
    } else if ("error" in piece) {
      this.#attempt.fail(piece.error);
    } else {
      this.#engine.receive(SIGNAL_END_OF_BODY);
    }
  }

  #fail(error) {
    // Of a request that has failed and the probe after it, the request.
    this.cause ??= error?.name === UNPREPARED ? error.cause : error;
    const { name, message } = Object(error);
    const text = typeof message === "string" ? message : typeof error === "string" ? error : "unknown error";
    if (name === "AbortError") {
      this.#receive(SIGNAL_ABORTED);
    } else if (name === UNPREPARED) {
      this.#receive(SIGNAL_UNPREPARED, text);
    } else {
      // Where there are origins there is CORS.
      const mayBeHidden = this.#settings.probe !== undefined && typeof globalThis.origin === "string";
      this.#receive(mayBeHidden ? SIGNAL_HIDDEN_ERROR : SIGNAL_NETWORK_ERROR, text);
    }
  }

  #receive(signal, message) {
    this.#engine.receive(signal, message);
    this.#wake();
  }

  #command(command) {
    if (!this.isClosed) {
      this.#batch.settle();
      if (this.#engine.command(command)) {
        this.#letGo();
      }
    }
  }

  #letGo(reason) {
    const attempt = this.#attempt;
    this.#attempt = null;
    this.#timer.clear();
    attempt?.letGo(reason);
  }
}
