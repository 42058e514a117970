// The standard's EventSource interface over a driver.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
import { cancel } from "../driver/body.js";
import { probe } from "../driver/cors-probe.js";
import { Driver } from "../driver/driver.js";
import { isDenied } from "../driver/local-network.js";
import { watchPage } from "../driver/page-events.js";
import { parseUrl } from "../driver/request.js";
import { DEFAULT_RECONNECTION_TIME } from "../engine/constants.js";
import { setTimeout } from "../platform.js";
import { defineAsyncIterator } from "../reading/async-iterator.js";
import { Dispatcher, NO_TURN, NOTHING, OWN_TURN, TURN } from "../reading/dispatcher.js";
import { Consumers, Loop } from "../reading/iteration.js";
import { streamError } from "../reading/stream-error.js";
import { sharing } from "../sharing/none.js";
import { errorEvent, unavailableEvent } from "./error-event.js";
import { handlersOnce } from "./handlers.js";
import { defineDisposal, defineEventHandlers, defineInterface, isObject } from "./idl.js";
import { judged, readLastEventId, readSignal, readSourceInit } from "./init.js";
import { captures, ListenerList } from "./listener-list.js";
import { defineDispatchedEvent } from "./message-event.js";
import { requireGlobals, TO_DISPATCH, TO_READ, TO_SEND } from "./requirements.js";
import { callBack, reportException, reportFailure, reportUnavailable } from "./report.js";
import { Verifications } from "./verification.js";

/**
 * How much of a body is read before its events are taken, in bytes. Listeners cannot slow a source down, so reading ahead loses
 * nothing. The limit is for pages that cannot keep up: they need not hold the whole body.
 */
const READ_AHEAD = 2 ** 20;

/** As the first argument of the constructor: the second is a reader. Nobody outside has it. */
const BODY = Symbol("body");

const CONSTRUCT = "construct 'EventSource'";

/** Of a source that reads a body. */
const NO_SETTINGS = { engine: [] };

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/**
 * The class, given a way to get at the engine. `loadEngine` is called at the first construction, not before: it
 * returns the engine's module, or a promise of it where it has to be loaded, and may throw or reject where WebAssembly is not to
 * be had. Where it may be had later there is `retryLoading`, of `engine/retry.js`.
 */
export function defineEventSource(loadEngine, retryLoading) {
  let DispatchedEvent;
  /** The methods of EventTarget as they are now: what a page puts in their place later is not for us to call. */
  const platform = {};
  const adopt = ({ addEventListener, removeEventListener, dispatchEvent }) =>
    Object.assign(platform, { addEventListener, removeEventListener, dispatchEvent });
  // Where there is none yet, the class gets its superclass when the first source is made.
  const Target = globalThis.EventTarget ?? class {};
  adopt(Target.prototype);

  class EventSource extends Target {
    /** What is done about a driver's actions: one set of functions for all sources. */
    static #reactions = {
      opened: (source) => {
        source.#readyState = OPEN;
        source.#verifications.resolve();
        return source.#dispatch(new Event("open"));
      },
      event: (source, event, isTurn) => source.#deliver(event, isTurn),
      comment: (source, comment) => source.#comment(comment),
      verified: (source) => {
        source.#verifications.resolve();
        return TURN;
      },
      suspended: (source) => {
        source.#readyState = CONNECTING;
        return TURN;
      },
      lost: (source, driver) => {
        source.#readyState = CONNECTING;
        return source.#dispatch(errorEvent(driver.failure));
      },
      failed: (source, driver) => source.#fail(errorEvent(driver.failure)),
      broken: (source, error) => source.#fail(unavailableEvent(error), `the engine has failed: ${error}`),
      holdsBack: (source) => source.#consumers?.holdsBack ?? false,
    };

    #url;
    /** The second argument of the constructor, judged. */
    #settings = NO_SETTINGS;
    #readyState = CONNECTING;
    /** The reader of fromReadableStream(), until the driver has it. */
    #body;
    /** Has the driver, and takes its actions. */
    #dispatcher = new Dispatcher(this, EventSource.#reactions);
    /** The event handlers, by type. */
    #handlers = { open: undefined, message: undefined, error: undefined };
    /** The listeners, if there are any; there may be a hundred sources that only have handlers. */
    #listeners;
    /** The callbacks and loops, once there are any. */
    #consumers = null;
    #verifications = new Verifications();
    /** Of who gave a signal. */
    #closeOnAbort;
    /** The wait for another attempt to load the engine. */
    #retry;

    static {
      // In here because nobody else may see them.
      const types = ["open", "message", "error"];
      defineEventHandlers(this, types, platform, (source) => source.#handlers);
      handlersOnce?.define(this, types, platform);
      sharing?.define(this, (source) => source.#settings);
    }

    // With a default, for `EventSource.length` is 1.
    constructor(url, eventSourceInitDict = undefined) {
      if (arguments.length === 0) {
        throw new TypeError("Failed to construct 'EventSource': 1 argument required, but only 0 present.");
      }
      judged(CONSTRUCT, () => requireGlobals(...TO_DISPATCH, ...TO_READ, ...(url === BODY ? [] : TO_SEND)));
      if (platform.dispatchEvent === undefined) {
        // A polyfill has come since.
        Object.setPrototypeOf(EventSource, EventTarget);
        Object.setPrototypeOf(EventSource.prototype, EventTarget.prototype);
        adopt(EventTarget.prototype);
      }
      DispatchedEvent ??= defineDispatchedEvent();
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
        const settings = judged(CONSTRUCT, () => readSourceInit(eventSourceInitDict));
        if (sharing !== null) {
          settings.shared = judged(CONSTRUCT, () => sharing.read(eventSourceInitDict, settings));
        }
        this.#settings = Object.assign(settings, { readAhead: READ_AHEAD, watchPage, probe, isDenied });
        this.#url = serializedUrl(input);
      }
      const { signal } = this.#settings;
      if (signal?.aborted) {
        this.#readyState = CLOSED;
        return;
      }
      this.#closeOnAbort = signal && (() => this.close());
      signal?.addEventListener("abort", this.#closeOnAbort);
      this.#start();
    }

    /** A proposal: https://github.com/whatwg/html/issues/12272 */
    static fromReadableStream(stream) {
      // What is locked, or is no stream, throws a TypeError here.
      return new EventSource(BODY, judged("execute 'fromReadableStream' on 'EventSource'", () => stream.getReader()));
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
      return this.#dispatcher.lastEventId ?? this.#settings.lastEventId ?? "";
    }

    /** A proposal, see fromReadableStream(). */
    get reconnectionTime() {
      return this.#dispatcher.reconnectionTime ?? this.#settings.initialDelay ?? DEFAULT_RECONNECTION_TIME;
    }

    /** A proposal, see fromReadableStream(). */
    reset() {
      this.#dispatcher.reset();
    }

    /** As inherited, and takes note: what is not listened to and read otherwise is not dispatched. */
    addEventListener(type, callback, options = undefined) {
      if (arguments.length > 1 && #listeners in this) {
        arguments[0] = `${type}`;
        (this.#listeners ??= new ListenerList(this, platform)).add(arguments[0], callback, options);
      }
      return super.addEventListener(...arguments);
    }

    removeEventListener(type, callback, options = undefined) {
      if (arguments.length > 1 && #listeners in this) {
        arguments[0] = `${type}`;
        // Node takes no boolean here.
        arguments[2] = { capture: captures(options) };
        this.#listeners?.remove(arguments[0], callback, options);
      }
      return super.removeEventListener(...arguments);
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

    /** An extension: another connection at once, with the last event ID or another one. */
    reconnect(options = undefined) {
      const lastEventId = judged("execute 'reconnect' on 'EventSource'", () => this.#readCursor(options));
      if (this.#readyState === CLOSED) {
        return;
      }
      if (lastEventId !== undefined && this.#settings !== NO_SETTINGS) {
        // For the first request, which waits for the engine.
        this.#settings.lastEventId = lastEventId;
      }
      if (this.#retry === undefined) {
        this.#dispatcher.reconnect(lastEventId);
      } else {
        // The engine may be there at once, and the first request with it.
        this.#retry.now();
      }
    }

    /** An extension: whether the connection is alive. If it is not, another one takes its place. */
    verify(options = undefined) {
      return this.#verifications.begin(options, (staleAfter, timeout) => {
        if (this.#readyState === CLOSED) {
          return false;
        }
        this.#retry?.now();
        return this.#dispatcher.verify(staleAfter, timeout);
      });
    }

    close() {
      this.#readyState = CLOSED;
      this.#release();
      this.#verifications.reject();
      this.#consumers?.end();
    }

    #readCursor(options) {
      if (options?.lastEventId === undefined) {
        return undefined;
      }
      if (this.#settings.shared !== undefined) {
        throw new TypeError("a source that shares its connection cannot change the lastEventId of the others.");
      }
      return readLastEventId(options.lastEventId);
    }

    #join() {
      return (this.#consumers ??= new Consumers(this.#dispatcher, () => this.close()));
    }

    #start(attempt = 1) {
      const failed = (error) => this.#unavailable(error, attempt);
      this.#retry = undefined;
      try {
        const module = loadEngine();
        // Without `instanceof`, because a page may have its own Promise.
        if (typeof module.then === "function") {
          module.then((loaded) => this.#connect(loaded)).catch(failed);
        } else {
          this.#connect(module);
        }
      } catch (error) {
        // The constructor throws for bad arguments only; what else goes wrong is an error event from a task.
        setTimeout(() => failed(error));
      }
    }

    #connect(module) {
      // Closed while the engine was loading: there is nothing to connect.
      if (this.#readyState === CLOSED) {
        return;
      }
      const source = { url: this.#url, reader: this.#body };
      this.#body = undefined;
      this.#dispatcher.start((wake) => new (sharing?.driverOf(this.#settings) ?? Driver)(module, source, this.#settings, wake));
    }

    #dispatch(event) {
      try {
        platform.dispatchEvent.call(this, event);
      } catch (error) {
        // One in JavaScript, as jsdom's, may fail to report what a listener has thrown.
        reportException(error);
      }
      return TURN;
    }

    /** Callbacks and loops get the event first. Then it is dispatched, unless there are some and its type has no listeners. */
    #deliver(event, isTurn) {
      const consumers = this.#consumers;
      if (consumers !== null && !consumers.isEmpty) {
        const isListenedTo = this.#isListenedTo(event.type);
        if (isListenedTo && !isTurn) {
          return OWN_TURN;
        }
        consumers.deliver(event, isListenedTo);
        if (this.#readyState === CLOSED || !isListenedTo) {
          return NO_TURN;
        }
      }
      return this.#dispatch(new DispatchedEvent(event));
    }

    #isListenedTo(type) {
      // Of the handler: a type may be the name of something that every object has.
      return this.#listeners?.has(type) || this.#handlers[type]?.listener !== undefined;
    }

    #comment(comment) {
      callBack(this.#settings.onComment, comment);
      return NO_TURN;
    }

    /** https://html.spec.whatwg.org/multipage/server-sent-events.html#fail-the-connection */
    #fail(event, complaint = event.message) {
      this.#readyState = CLOSED;
      this.#release();
      const error = streamError(event);
      // Told first: a listener may close.
      this.#consumers?.end(error);
      this.#verifications.reject(error);
      this.#dispatch(event);
      if (error && complaint) {
        reportFailure(this.#url, complaint, error.cause);
      }
      return NOTHING;
    }

    /** There is no engine: not now, or not at all. */
    #unavailable(error, attempt) {
      if (this.#readyState === CLOSED) {
        return;
      }
      this.#retry = retryLoading?.(error, attempt, this.#settings.engine, () => this.#start(attempt + 1));
      const event = unavailableEvent(error, attempt, this.#retry?.reconnectsIn);
      if (this.#retry !== undefined) {
        this.#dispatch(event);
      } else {
        this.#fail(event, "");
        reportUnavailable(error);
      }
    }

    #release() {
      this.#retry?.end();
      this.#settings.signal?.removeEventListener("abort", this.#closeOnAbort);
      if (this.#body) {
        cancel(this.#body);
        this.#body = undefined;
      }
      this.#dispatcher.stop();
    }
  }

  defineAsyncIterator(Loop);
  defineDisposal(EventSource.prototype, "dispose", function () {
    this.close();
  });
  defineInterface(EventSource, "EventSource", { CONNECTING, OPEN, CLOSED }, ["fromReadableStream"]);
  return EventSource;
}

/** "Encoding-parse a URL given url, relative to settings"; where there is no base, only an absolute URL will do. */
function serializedUrl(input) {
  try {
    return parseUrl(input).href;
  } catch {
    // The name is the same.
    const { DOMException: Exception = SyntaxError } = globalThis;
    throw new Exception(
      `Failed to construct 'EventSource': Cannot open an EventSource to '${input}'. The URL is invalid.`,
      "SyntaxError",
    );
  }
}
