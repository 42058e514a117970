// The standard's EventSource interface over a connection of the engine.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
import { Consumers } from "./consumers.js";
import { errorEvent, unavailableEvent } from "./error-event.js";
import { defineEventHandlers, defineInterface, isObject } from "./idl.js";
import { readInit, readSignal } from "./init.js";
import { DispatchedEvent } from "./message-event.js";
import { NO_TURN, NOTHING, Pump, TURN } from "./pump.js";
import { readRefusal } from "./refusal.js";
import { reportException, reportFailure, reportUnavailable } from "./report.js";
import { StreamError } from "./stream.js";

// As it is now: what a page puts in its place later is not for us to call.
const { dispatchEvent } = EventTarget.prototype;

/** As the first argument of the constructor: the second is a reader. Nobody outside has it. */
const BODY = Symbol("body");

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** Proposed, and of no standard. */
const EXTENSIONS = ["lastEventId", "reconnectionTime", "reset", "reconnect", "subscribe", "events"];

/**
 * The class, given a way to get at the engine. `loadEngine` is called at the first construction, not before: it
 * returns the engine's exports, or a promise of them where they have to be loaded, and may throw or reject where
 * WebAssembly is not to be had.
 */
export function defineEventSource(loadEngine) {
  class EventSource extends EventTarget {
    /** What is done about a connection's notices: one set of functions for all sources. */
    static #actions = {
      opened: (source) => {
        source.#readyState = OPEN;
        return source.#dispatch(new Event("open"));
      },
      event: (source, event) => source.#deliver(event),
      comment: (source, comment) => source.#comment(comment),
      suspended: (source) => {
        source.#readyState = CONNECTING;
        return TURN;
      },
      lost: (source, connection) => {
        source.#readyState = CONNECTING;
        return source.#dispatch(errorEvent(connection, source.#refusal));
      },
      failed: (source, connection) => source.#fail(connection.complaint(), errorEvent(connection, source.#refusal)),
      broken: (source, error) => source.#fail(`the engine has failed: ${error}`, unavailableEvent(error)),
      holdsBack: (source) => source.#consumers?.holdsBack ?? false,
      dispatches: (source, type) => source.#isListenedTo(type),
    };

    #url;
    /** The second argument of the constructor, judged. */
    #settings = {};
    #readyState = CONNECTING;
    /** The reader of fromReadableStream(), until the connection has it. */
    #body = null;
    /** The engine's connection, and who takes its notices. */
    #pump = new Pump(this, EventSource.#actions);
    /** What the last response said that was refused. */
    #refusal;
    /** The event handlers, by type. */
    #handlers = { open: undefined, message: undefined, error: undefined };
    /** The types of event that somebody has listened to, if anybody has; there may be a hundred sources that only have handlers. */
    #types;
    /** Who reads events besides listeners, from the first on. */
    #consumers = null;
    /** Of who gave a signal. */
    #closeOnAbort;

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
      if (signal) {
        this.#closeOnAbort = () => this.close();
        signal.addEventListener("abort", this.#closeOnAbort);
      }
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
      return this.#pump.lastEventId ?? this.#settings.lastEventId ?? "";
    }

    /** A proposal, see fromReadableStream(). */
    get reconnectionTime() {
      return this.#pump.reconnectionTime ?? this.#settings.initialDelay ?? 3000;
    }

    /** A proposal, see fromReadableStream(). */
    reset() {
      this.#pump.reset();
    }

    /** As inherited, and takes note: what is not listened to and read otherwise is not dispatched. */
    addEventListener(type, callback) {
      if (arguments.length > 1 && #types in this) {
        arguments[0] = `${type}`;
        (this.#types ??= new Set()).add(arguments[0]);
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
      const consumers = this.#join();
      if (this.#readyState === CLOSED) {
        consumers.end();
      }
      return consumers.loop(Boolean(options?.preventClose));
    }

    [Symbol.asyncIterator]() {
      return this.events();
    }

    /** An extension: another connection at once, with the last event ID. */
    reconnect() {
      this.#pump.reconnect();
    }

    close() {
      this.#readyState = CLOSED;
      this.#release();
      this.#consumers?.end();
    }

    #join() {
      return (this.#consumers ??= new Consumers(this.#pump, () => this.close()));
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
      const body = this.#body;
      this.#body = null;
      if (body !== null) {
        this.#pump.start((wake) => engine.Connection.forBody(body, this.#settings, wake));
        this.#pump.wake();
      } else {
        const settings = { ...this.#settings, refused: (...refused) => this.#refused(...refused) };
        this.#pump.start((wake) => new engine.Connection(this.#url, settings, wake));
      }
    }

    #dispatch(event) {
      dispatchEvent.call(this, event);
      return TURN;
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

    /** Who reads gets it first; where nobody else does, everybody may listen. */
    #deliver(event) {
      const consumers = this.#consumers;
      if (consumers !== null && !consumers.isEmpty) {
        consumers.deliver(event);
        if (this.#readyState === CLOSED || !this.#isListenedTo(event.type)) {
          return NO_TURN;
        }
      }
      return this.#dispatch(new DispatchedEvent(event));
    }

    #isListenedTo(type) {
      // Of the handler: a type may be the name of something that every object has.
      return this.#types?.has(type) || this.#handlers[type]?.listener !== undefined;
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
      const { reason, message, status } = event;
      // What the server means to be the end of it is no error to who reads to the end. Told first: a listener may close.
      this.#consumers?.end(reason === "ended" || status === 204 ? undefined : new StreamError(reason, message, event));
      dispatchEvent.call(this, event);
      if (complaint !== undefined) {
        reportFailure(this.#url, complaint);
      }
      return NOTHING;
    }

    #unavailable(error) {
      if (this.#readyState !== CLOSED) {
        this.#fail(undefined, unavailableEvent(error));
        reportUnavailable(error);
      }
    }

    #release() {
      this.#settings.signal?.removeEventListener("abort", this.#closeOnAbort);
      this.#body?.cancel().catch(() => {});
      this.#body = null;
      this.#pump.stop();
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
