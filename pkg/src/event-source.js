// The standard's EventSource interface over a connection of the engine.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
import { Consumers } from "./consumers.js";
import { errorEvent, unavailableEvent } from "./error-event.js";
import { defineEventHandlers, defineInterface, isObject } from "./idl.js";
import { readInit, readSignal } from "./init.js";
import { DispatchedEvent } from "./message-event.js";
import { NOTICE, Reader } from "./reader.js";
import { readRefusal } from "./refusal.js";
import { reportException, reportFailure, reportUnavailable } from "./report.js";
import { StreamError } from "./stream.js";
import { isTimeForOthers, takeTurns } from "./turns.js";

// As it is now: what a page puts in its place later is not for us to call.
const { dispatchEvent } = EventTarget.prototype;

/** As the first argument of the constructor: the second is a reader. Nobody outside has it. */
const BODY = Symbol("body");

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** Proposed, and of no standard. */
const EXTENSIONS = ["lastEventId", "reconnectionTime", "reset", "reconnect", "subscribe", "events"];

// What a notice took: nothing, for there was none; a turn, for it was dispatched; or less than that.
const NOTHING = 0;
const TURN = 1;
const NO_TURN = 2;

/**
 * The class, given a way to get at the engine. `loadEngine` is called at the first construction, not before: it
 * returns the engine's exports, or a promise of them where they have to be loaded, and may throw or reject where
 * WebAssembly is not to be had.
 */
export function defineEventSource(loadEngine) {
  class EventSource extends EventTarget {
    #url;
    /** The second argument of the constructor, judged. */
    #settings = {};
    #readyState = CONNECTING;
    /** The reader of fromReadableStream(), until the connection has it. */
    #body = null;
    /** The engine's connection, from when there is an engine until the source is CLOSED. */
    #connection = null;
    #reader = null;
    /** What the last response said that was refused. */
    #refusal;
    /** What the connection said of both, when there is none any more. */
    #lastEventId;
    #reconnectionTime;
    /** Notices are being taken. */
    #awake = false;
    /** The engine has been called and has not returned. */
    #inside = false;
    #handlers = new Map();
    /** The types of event that somebody has listened to. */
    #types = new Set();
    /** Who reads events besides listeners, from the first on. */
    #consumers = null;
    /** A notice that was taken for a loop, and is one to be dispatched in its turn. */
    #held = NOTICE.NONE;
    #closeOnAbort = () => this.close();

    static {
      // In here because nobody else may see them.
      defineEventHandlers(this, ["open", "message", "error"], (source) => source.#handlers);
    }

    // With a default, for `EventSource.length` is 1.
    constructor(url, eventSourceInitDict = undefined) {
      if (arguments.length === 0) {
        throw new TypeError("Failed to construct 'EventSource': 1 argument required, but only 0 present.");
      }
      super();
      if (!isObject(new.target.prototype)) {
        // Where a class has none to give, WebIDL takes the interface's own; super() has taken EventTarget's.
        Object.setPrototypeOf(this, EventSource.prototype);
      }
      if (url === BODY) {
        this.#url = "about:event-stream";
        this.#body = eventSourceInitDict;
      } else {
        // Both arguments are converted before either is looked at.
        const input = `${url}`;
        this.#settings = readInit("construct 'EventSource'", eventSourceInitDict);
        this.#url = parseUrl(input);
      }
      const { signal } = this.#settings;
      if (signal?.aborted) {
        this.#readyState = CLOSED;
        return;
      }
      signal?.addEventListener("abort", this.#closeOnAbort);
      this.#start();
    }

    /** A proposal: https://github.com/whatwg/html/issues/12272 */
    static fromReadableStream(stream) {
      if (typeof stream?.getReader !== "function") {
        throw new TypeError("Failed to execute 'fromReadableStream' on 'EventSource': this is not a ReadableStream.");
      }
      // A stream that is locked throws a TypeError here.
      return new EventSource(BODY, stream.getReader());
    }

    get url() {
      return this.#url;
    }

    get withCredentials() {
      return this.#settings.withCredentials ?? false;
    }

    get readyState() {
      return this.#readyState;
    }

    /** A proposal, see fromReadableStream(). */
    get lastEventId() {
      return this.#connection?.lastEventId() ?? this.#lastEventId ?? this.#settings.lastEventId ?? "";
    }

    /** A proposal, see fromReadableStream(). */
    get reconnectionTime() {
      return this.#connection?.reconnectionTime() ?? this.#reconnectionTime ?? this.#settings.initialDelay ?? 3000;
    }

    /** A proposal, see fromReadableStream(). */
    reset() {
      this.#dropHeld();
      this.#connection?.reset();
    }

    /** As inherited, and takes note: what is not listened to and read otherwise is not dispatched. */
    addEventListener(type, callback) {
      if (arguments.length > 1 && #types in this) {
        arguments[0] = `${type}`;
        this.#types.add(arguments[0]);
      }
      return super.addEventListener(...arguments);
    }

    /** An extension: a callback for events of every type. */
    subscribe(listener, options = undefined) {
      const consumers = this.#join();
      if (typeof listener !== "function") {
        throw new TypeError("Failed to execute 'subscribe' on 'EventSource': the listener must be a function.");
      }
      const signal = readSignal(options?.signal);
      return this.#readyState === CLOSED || signal?.aborted ? () => {} : consumers.subscribe(listener, signal);
    }

    /** An extension: an async iterator of events of every type. */
    events(options = undefined) {
      const loop = this.#join().loop(Boolean(options?.preventClose));
      if (this.#readyState === CLOSED) {
        loop.end();
      }
      return loop;
    }

    [Symbol.asyncIterator]() {
      return this.events();
    }

    /** An extension: another connection at once, with the last event ID. */
    reconnect() {
      const connection = this.#connection;
      if (connection !== null) {
        this.#dropHeld();
        this.#enter(() => connection.reconnect());
        if (this.#readyState === CLOSED) {
          this.#release();
        }
      }
    }

    close() {
      this.#readyState = CLOSED;
      this.#release();
      this.#consumers?.end();
    }

    #join() {
      const source = { pull: () => this.#pull(), wake: () => this.#wake(), close: () => this.close() };
      return (this.#consumers ??= new Consumers(source));
    }

    #start() {
      try {
        const engine = loadEngine();
        // Not `instanceof`: a page may have a Promise of its own.
        if (typeof engine.then === "function") {
          engine.then((loaded) => this.#connect(loaded)).catch((error) => this.#unavailable(error));
        } else {
          this.#connect(engine);
        }
      } catch (error) {
        // The constructor throws for bad arguments only; what else goes wrong is an error event from a task.
        setTimeout(() => this.#unavailable(error));
      }
    }

    #connect(engine) {
      // Closed while the engine was loading: there is nothing to connect.
      if (this.#readyState === CLOSED) {
        return;
      }
      const wake = () => this.#wake();
      this.#connection = this.#enter(() =>
        this.#body === null
          ? new engine.Connection(this.#url, { ...this.#settings, refused: (...refused) => this.#refused(...refused) }, wake)
          : engine.Connection.forBody(this.#body, this.#settings, wake),
      );
      this.#reader = new Reader(this.#connection);
      const hasBody = this.#body !== null;
      this.#body = null;
      if (this.#readyState === CLOSED) {
        this.#release();
      } else if (hasBody) {
        this.#wake();
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

    /** Whether a response that is refused is worth another attempt. When the signal is aborted nobody wants to know. */
    async #refused(response, reader, signal) {
      const { retryIf, statuses } = this.#settings;
      const refusal = await readRefusal(response, reader);
      if (signal.aborted) {
        return false;
      }
      this.#refusal = refusal;
      // The engine knows of the statuses itself.
      if (retryIf === undefined || statuses?.includes(refusal.status)) {
        return false;
      }
      try {
        return Boolean(await retryIf(refusal));
      } catch (error) {
        reportException(error);
        return false;
      }
    }

    /** Something has come: each event is dispatched in a turn of its own. */
    #wake() {
      if (!this.#awake) {
        this.#awake = true;
        takeTurns(() => (this.#awake = this.#turn()));
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
        this.#fail(`the engine has failed: ${error}`, unavailableEvent(error));
        return false;
      }
    }

    /** Takes one notice, and says what it took. A listener that closes the source leaves none. */
    #proceed() {
      if (this.#connection === null || this.#consumers?.holdsBack) {
        return NOTHING;
      }
      switch (this.#takeNotice()) {
        case NOTICE.OPEN:
          this.#readyState = OPEN;
          dispatchEvent.call(this, new Event("open"));
          return TURN;
        case NOTICE.EVENT:
          return this.#deliver(this.#reader.event());
        case NOTICE.COMMENT:
          return this.#comment(this.#reader.comment());
        case NOTICE.RECONNECTING:
          this.#readyState = CONNECTING;
          dispatchEvent.call(this, errorEvent(this.#connection, this.#refusal));
          return TURN;
        case NOTICE.SUSPENDED:
          this.#readyState = CONNECTING;
          return TURN;
        case NOTICE.FAILED:
          this.#fail(this.#connection.complaint(), errorEvent(this.#connection, this.#refusal));
          return NOTHING;
        default:
          return NOTHING;
      }
    }

    #takeNotice() {
      const notice = this.#held;
      if (notice !== NOTICE.NONE) {
        this.#held = NOTICE.NONE;
        return notice;
      }
      const reader = this.#reader;
      const next = this.#enter(() => reader.next());
      if (this.#readyState === CLOSED) {
        this.#release();
        return NOTICE.NONE;
      }
      return next;
    }

    #dropHeld() {
      if (this.#held === NOTICE.EVENT) {
        this.#held = NOTICE.NONE;
      }
    }

    /** For a loop that has nothing left: the next event now, if it is there and nobody listens to it, else in a turn. */
    #pull() {
      if (this.#connection === null || this.#awake) {
        return;
      }
      if (this.#held !== NOTICE.NONE || isTimeForOthers()) {
        this.#wake();
        return;
      }
      const notice = this.#takeNotice();
      if (notice === NOTICE.EVENT) {
        const event = this.#reader.event();
        if (!this.#isListenedTo(event.type)) {
          this.#consumers.deliver(event);
          return;
        }
      }
      if (notice !== NOTICE.NONE) {
        this.#held = notice;
        this.#wake();
      }
    }

    /** Who reads gets it first; where nobody else does, everybody may listen. */
    #deliver(event) {
      const consumers = this.#consumers;
      if (consumers !== null && !consumers.isEmpty) {
        consumers.deliver(event);
        if (this.#readyState === CLOSED || !this.#isListenedTo(event.type)) {
          return NO_TURN;
        }
      }
      dispatchEvent.call(this, new DispatchedEvent(event));
      return TURN;
    }

    #isListenedTo(type) {
      return this.#types.has(type) || this.#handlers.has(type);
    }

    #comment(comment) {
      try {
        this.#settings.onComment(comment);
      } catch (error) {
        reportException(error);
      }
      return NO_TURN;
    }

    /** https://html.spec.whatwg.org/multipage/server-sent-events.html#fail-the-connection */
    #fail(complaint, event) {
      this.#readyState = CLOSED;
      this.#release();
      dispatchEvent.call(this, event);
      const { reason, message, status } = event;
      // What the server means to be the end of it is no error to who reads to the end.
      this.#consumers?.end(reason === "ended" || status === 204 ? undefined : new StreamError(reason, message, event));
      if (complaint !== undefined) {
        reportFailure(this.#url, complaint);
      }
    }

    #unavailable(error) {
      if (this.#readyState !== CLOSED) {
        this.#fail(undefined, unavailableEvent(error));
        reportUnavailable(error);
      }
    }

    #release() {
      if (this.#inside) {
        return;
      }
      this.#settings.signal?.removeEventListener("abort", this.#closeOnAbort);
      this.#body?.cancel().catch(() => {});
      this.#body = null;
      const connection = this.#connection;
      if (connection !== null) {
        this.#lastEventId = connection.lastEventId();
        this.#reconnectionTime = connection.reconnectionTime();
        this.#connection = null;
        this.#reader = null;
        this.#held = NOTICE.NONE;
        connection.free();
      }
    }
  }

  defineInterface(EventSource, "EventSource", {
    constants: { CONNECTING, OPEN, CLOSED },
    members: ["url", "withCredentials", "readyState", "close", "addEventListener", ...EXTENSIONS],
    statics: ["fromReadableStream"],
  });
  return EventSource;
}

/** "Encoding-parse a URL given url, relative to settings"; where there is no base, only an absolute URL will do. */
function parseUrl(input) {
  try {
    return new URL(input, globalThis.document?.baseURI ?? globalThis.location?.href).href;
  } catch {
    throw new DOMException(
      `Failed to construct 'EventSource': Cannot open an EventSource to '${input}'. The URL is invalid.`,
      "SyntaxError",
    );
  }
}
