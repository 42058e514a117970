// The standard's EventSource interface over a connection of the engine.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
import { errorEvent, unavailableEvent } from "./error-event.js";
import { defineEventHandlers, defineInterface, isObject } from "./idl.js";
import { readInit } from "./init.js";
import { readRefusal } from "./refusal.js";
import { reportException, reportFailure, reportUnavailable } from "./report.js";
import { takeTurns } from "./turns.js";

// As it is now: what a page puts in its place later is not for us to call.
const { dispatchEvent } = EventTarget.prototype;

/** As the first argument of the constructor: the second is a reader. Nobody outside has it. */
const BODY = Symbol("body");

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

// What Connection.next() returns; the same numbers as in crates/npm.
const NOTICE_OPEN = 1;
const NOTICE_EVENT = 2;
const NOTICE_RECONNECTING = 3;
const NOTICE_FAILED = 4;
const NOTICE_SUSPENDED = 5;

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
      this.#connection?.reset();
    }

    /** An extension: another connection at once, with the last event ID. */
    reconnect() {
      const connection = this.#connection;
      if (connection !== null) {
        this.#enter(() => connection.reconnect());
        if (this.#readyState === CLOSED) {
          this.#release();
        }
      }
    }

    close() {
      this.#readyState = CLOSED;
      this.#release();
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
        return this.#proceed();
      } catch (error) {
        this.#connection = null;
        this.#fail(`the engine has failed: ${error}`, unavailableEvent(error));
        return false;
      }
    }

    /** Takes one notice, and says whether there was one. A listener that closes the source leaves none. */
    #proceed() {
      if (this.#connection === null) {
        return false;
      }
      const notice = this.#enter(() => this.#connection.next());
      if (this.#readyState === CLOSED) {
        this.#release();
        return false;
      }
      switch (notice) {
        case NOTICE_OPEN:
          this.#readyState = OPEN;
          dispatchEvent.call(this, new Event("open"));
          return true;
        case NOTICE_EVENT:
          dispatchEvent.call(this, messageEvent(this.#connection));
          return true;
        case NOTICE_RECONNECTING:
          this.#readyState = CONNECTING;
          dispatchEvent.call(this, errorEvent(this.#connection, this.#refusal));
          return true;
        case NOTICE_SUSPENDED:
          this.#readyState = CONNECTING;
          return true;
        case NOTICE_FAILED:
          this.#fail(this.#connection.complaint(), errorEvent(this.#connection, this.#refusal));
          return false;
        default:
          return false;
      }
    }

    /** https://html.spec.whatwg.org/multipage/server-sent-events.html#fail-the-connection */
    #fail(complaint, event) {
      this.#readyState = CLOSED;
      this.#release();
      dispatchEvent.call(this, event);
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
        connection.free();
      }
    }
  }

  defineInterface(EventSource, "EventSource", {
    constants: { CONNECTING, OPEN, CLOSED },
    members: ["url", "withCredentials", "readyState", "close", "lastEventId", "reconnectionTime", "reset", "reconnect"],
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

function messageEvent(connection) {
  return new MessageEvent(connection.eventType(), {
    data: connection.data(),
    origin: connection.origin(),
    lastEventId: connection.lastEventId(),
  });
}
