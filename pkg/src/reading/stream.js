// `stream()`: one stream from beginning to end, as an async iterator. It is for a single response, such as a chat answer.
import { cancel } from "../driver/body.js";
import { Driver } from "../driver/driver.js";
import { activation } from "../driver/page-events.js";
import { parseUrl } from "../driver/request.js";
import { ACTION_COMMENT, ACTION_DISPATCH, ACTION_FAIL, ACTION_NOTHING, SETTING_ONLY_AFTER_REFUSAL } from "../engine/constants.js";
import { isGiven, isObject } from "../event-source/idl.js";
import { judged, readInit, readSourceInit } from "../event-source/init.js";
import { requireGlobals, TO_READ, TO_SEND } from "../event-source/requirements.js";
import { callBack } from "../event-source/report.js";
import { defineAsyncIterator } from "./async-iterator.js";
import { errorOf, readEnds } from "./ends.js";
import { isTimeForOthers } from "./pace.js";
import { takeTurns } from "./scheduler.js";
import { StreamError, streamError } from "./stream-error.js";

/** The function, given a way to get at the engine; see defineEventSource. */
export function defineStream(loadEngine) {
  defineAsyncIterator(Events);
  // As a method, so that its name stays when it is minified.
  return {
    stream(input, init) {
      // Bad arguments are a TypeError at once, and not at the first event.
      const { url, settings } = judged("execute 'stream'", () => readArguments(input, init));
      return new Events(url, settings, loadEngine);
    },
  }.stream;
}

function readArguments(input, init) {
  requireGlobals(...TO_READ);
  const { until, errorEvents, engine: ends } = readEnds(init);
  if (isObject(input) && "status" in input) {
    if (!input.body || input.bodyUsed || input.body.locked) {
      throw new TypeError("the response has no body, or it is read already.");
    }
    // What else there is to set is of the request.
    const { engine, onComment, signal, accept } = readInit(init);
    const settings = { engine: [...engine, ...ends], onComment, signal, accept, until, errorEvents, response: input };
    return { url: input.url, settings };
  }
  const resumes = isGiven(init?.resume);
  if ((isGiven(init?.reconnect) && !resumes) || (init?.whenHidden ?? init?.whenBack) !== undefined) {
    throw new TypeError("it does not reconnect without the option resume. An EventSource does by itself.");
  }
  requireGlobals(...TO_SEND);
  const settings = resumes ? readSourceInit(init) : readInit(init);
  settings.request?.fetch ?? requireGlobals("fetch");
  return { url: resolve(`${input}`), settings: { ...settings, engine: [...settings.engine, ...ends], until, errorEvents } };
}

/** The URL, serialized. One that cannot be parsed is left to the fetch, which may be the page's own. */
function resolve(input) {
  try {
    return parseUrl(input).href;
  } catch {
    return input;
  }
}

/** The iterator. An event that is there is handed out without the generator, which takes its time for each. */
class Events {
  #settings;
  #driver = null;
  #generator;
  /** How many calls wait for the generator. */
  #asking = 0;
  /** An action that was taken and is for the generator. */
  #held = ACTION_NOTHING;
  /** The iteration is over: no more events are wanted. */
  #isLeft = false;
  /** The last event has come. */
  #isComplete = false;
  #wake = () => {};
  /** At once, because `next()` may never be called again. */
  #abort = () => this.#leave(this.#settings.signal.reason);

  constructor(url, settings, loadEngine) {
    this.#settings = settings;
    this.#generator = this.#iterate(url, loadEngine);
  }

  next() {
    try {
      const event = this.#asking === 0 ? this.#takeEvent() : undefined;
      return event ? Promise.resolve({ value: event, done: false }) : this.#ask("next");
    } catch (error) {
      // A fault of the engine, an event that is an error, or an exception of `until`. It ends the iteration.
      return this.#ask("throw", error);
    }
  }

  return(value) {
    this.#leave();
    return this.#ask("return", value);
  }

  throw(error) {
    this.#leave();
    return this.#ask("throw", error);
  }

  async #ask(method, value) {
    this.#asking += 1;
    try {
      return await this.#generator[method](value);
    } finally {
      this.#asking -= 1;
    }
  }

  /** Ends the connection, and a call that waits for an event. */
  #leave(reason) {
    this.#isLeft = true;
    this.#settings.signal?.removeEventListener("abort", this.#abort);
    if (this.#driver !== null) {
      this.#driver.close(reason);
    } else if (this.#settings.response !== undefined) {
      cancel(this.#settings.response.body);
    }
    this.#wake();
  }

  /** The next event, if it is there. Also undefined when other tasks should run first: then the caller waits. */
  #takeEvent() {
    if (this.#driver === null || this.#driver.isClosed || this.#held !== ACTION_NOTHING || isTimeForOthers()) {
      return undefined;
    }
    const action = this.#takeAction();
    if (action === ACTION_DISPATCH) {
      return this.#judged(this.#driver.event);
    }
    this.#held = action;
    return undefined;
  }

  /** The event, unless it is an error. After the last one, the connection is let go of at once. */
  #judged(event) {
    const { until, errorEvents } = this.#settings;
    if (errorEvents?.includes(event.type)) {
      throw errorOf(event);
    }
    const isLast = until?.(event);
    if (typeof isLast?.then === "function") {
      throw new TypeError("until must answer at once, and has returned a promise.");
    }
    if (isLast) {
      this.#isComplete = true;
      this.#leave();
    }
    return event;
  }

  #takeAction() {
    const held = this.#held;
    this.#held = ACTION_NOTHING;
    try {
      return held === ACTION_NOTHING ? this.#driver.next() : held;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Ends the connection when the iteration is over, for whatever reason. */
  async *#iterate(url, loadEngine) {
    const { signal, onComment, until, engine, ...request } = this.#settings;
    signal?.addEventListener("abort", this.#abort);
    try {
      signal?.throwIfAborted();
      const left = new Promise((resolve) => (this.#wake = resolve));
      // A response that is there needs no connection.
      const shown = request.response === undefined ? activation() : undefined;
      const module = await Promise.race([left, load(loadEngine, shown)]);
      signal?.throwIfAborted();
      if (this.#isLeft) {
        return;
      }
      const isOnce = request.resume === undefined;
      const settings = { ...request, engine: isOnce ? [...engine, [SETTING_ONLY_AFTER_REFUSAL, 1]] : engine };
      // A `fetch` of the page's own runs in the constructor, and may abort the signal when there is no driver to close yet.
      this.#driver = new Driver(module, { url }, settings, () => this.#wake());
      while (!this.#isLeft) {
        if (isTimeForOthers()) {
          await new Promise((resolve) => takeTurns(() => resolve(), true));
        }
        const action = this.#isLeft ? ACTION_NOTHING : this.#takeAction();
        if (action === ACTION_DISPATCH) {
          yield this.#judged(this.#driver.event);
        } else if (action === ACTION_COMMENT) {
          callBack(onComment, this.#driver.comment);
        } else if (action === ACTION_FAIL) {
          const error = streamError(this.#driver.failure, until !== undefined);
          if (error) {
            throw error;
          }
          return;
        } else if (action === ACTION_NOTHING && !this.#isLeft) {
          await new Promise((resolve) => (this.#wake = resolve));
        }
      }
      this.#isComplete || signal?.throwIfAborted();
    } finally {
      this.#leave();
    }
  }
}

async function load(loadEngine, shown) {
  await shown;
  try {
    return await loadEngine();
  } catch (error) {
    throw unavailable(error);
  }
}

/** The engine could not be loaded, or has failed. */
function unavailable(cause) {
  return new StreamError("unavailable", `${cause}`, { cause });
}
