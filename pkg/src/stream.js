// One stream from its beginning to its end, as an async iterator: for what a server says once, such as an answer.
import { readInit } from "./init.js";
import { isObject } from "./idl.js";
import { NOTICE, Reader } from "./reader.js";
import { readRefusal } from "./refusal.js";
import { isTimeForOthers, takeTurns } from "./turns.js";

/** How long an abort may take to reach a body, in milliseconds. */
const ABORT_TIME = 1000;

/** Why a stream was refused or broke off. */
export class StreamError extends Error {
  constructor(reason, message, { status, headers, body } = {}) {
    super(message);
    this.name = "StreamError";
    this.reason = reason;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

/** The function, given a way to get at the engine; see defineEventSource. */
export function defineStream(loadEngine) {
  return function stream(input, init) {
    // Bad arguments are a TypeError now and not of the first event.
    return new Events((reading) => iterate(reading, loadEngine, ...opener(input, init)));
  };
}

/** What gives the response for a signal, the settings of who asks for it, and whether we send the request. */
function opener(input, init) {
  if (isObject(input) && "body" in input && "status" in input) {
    if (input.body === null || input.bodyUsed || input.body.locked) {
      throw new TypeError("Failed to execute 'stream': the response has no body, or it is read already.");
    }
    // What else there is to set is of the request.
    const { numbers, onComment, signal } = readInit("execute 'stream'", init);
    return [() => input, { numbers, onComment, signal }, false];
  }
  if (init?.reconnect !== undefined || init?.whenHidden !== undefined) {
    throw new TypeError("Failed to execute 'stream': it does not reconnect. An EventSource does.");
  }
  const settings = readInit("execute 'stream'", init);
  const url = `${input}`;
  const open = (signal) => (settings.fetch ?? globalThis.fetch)(url, { ...standardRequest(settings), signal });
  return [open, settings, true];
}

/** The request of the standard, as the engine makes it for an EventSource. */
function standardRequest({ lastEventId, withCredentials }) {
  const headers = new Headers({ Accept: "text/event-stream" });
  if (lastEventId !== "") {
    headers.set("Last-Event-ID", String.fromCharCode(...new TextEncoder().encode(lastEventId)));
  }
  return { headers, cache: "no-store", credentials: withCredentials ? "include" : "same-origin" };
}

/** The iterator. What is there is handed out without the generator, which takes its time for each event. */
class Events {
  #reading = new Reading();
  #generator;
  /** How many wait for the generator. */
  #asking = 0;

  constructor(generate) {
    this.#generator = generate(this.#reading);
  }

  next() {
    try {
      const event = this.#asking === 0 && this.#reading.takeEvent();
      return event ? Promise.resolve({ value: event, done: false }) : this.#ask("next");
    } catch (error) {
      // A fault of the engine, which ends it.
      return this.#ask("throw", error);
    }
  }

  return(value) {
    return this.#ask("return", value);
  }

  throw(error) {
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
}

// What async iterators have in common: `Symbol.asyncIterator`, and disposal where the platform knows of it.
Object.setPrototypeOf(Events.prototype, Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}).prototype));

/** The notices of one stream, as long as there is a connection. */
class Reading {
  #reader = null;
  #held = NOTICE.NONE;

  start(reader) {
    this.#reader = reader;
  }

  stop() {
    this.#reader = null;
  }

  /** The next event, if it is there. Nothing also when it is time for others: who asks has to wait then. */
  takeEvent() {
    if (this.#reader === null || this.#held !== NOTICE.NONE || isTimeForOthers()) {
      return undefined;
    }
    this.#held = this.#reader.next();
    if (this.#held !== NOTICE.EVENT) {
      return undefined;
    }
    this.#held = NOTICE.NONE;
    return this.#reader.event();
  }

  takeNotice() {
    const held = this.#held;
    this.#held = NOTICE.NONE;
    return held === NOTICE.NONE ? this.#reader.next() : held;
  }
}

/** Lets go of the connection at the end, whoever stops: by its abort, for Firefox keeps one that is merely cancelled. */
async function* iterate(reading, loadEngine, open, settings, isOurs) {
  const { signal } = settings;
  const engine = await loadEngine();
  signal?.throwIfAborted();
  const controller = new AbortController();
  const opening = new Opening(engine, () => open(controller.signal), isOurs);
  let wake = () => {};
  // At once, for nobody may ask for an event any more.
  const abort = () => {
    controller.abort(signal.reason);
    opening.cancel().catch(() => {});
    reading.stop();
    wake();
  };
  signal?.addEventListener("abort", abort);
  let connection;
  try {
    connection = engine.Connection.forBody(opening, settings, () => wake());
    const reader = new Reader(connection, opening);
    reading.start(reader);
    for (;;) {
      if (isTimeForOthers()) {
        await new Promise((resolve) => takeTurns(() => resolve(), true));
      }
      signal?.throwIfAborted();
      const notice = reading.takeNotice();
      if (notice === NOTICE.EVENT) {
        yield reader.event();
      } else if (notice === NOTICE.COMMENT) {
        settings.onComment(reader.comment());
      } else if (notice === NOTICE.FAILED) {
        return end(connection, opening);
      } else if (notice === NOTICE.NONE) {
        await new Promise((resolve) => (wake = resolve));
      }
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    reading.stop();
    controller.abort();
    connection?.free();
  }
}

/**
 * The reader of a body that is still to be requested. So the engine, which watches the line while it waits for a read, has the
 * request in view, too.
 */
class Opening {
  #engine;
  #open;
  #isOurs;
  #response;
  #reader;
  #isCancelled = false;
  /** What has kept it from having a body. */
  failure;

  constructor(engine, open, isOurs) {
    this.#engine = engine;
    this.#open = open;
    this.#isOurs = isOurs;
  }

  /** That of the events: of where redirects have led. */
  origin() {
    const { url } = this.#response;
    return url === "" ? "null" : new URL(url).origin;
  }

  read() {
    return this.#reader?.read() ?? this.#begin();
  }

  async #begin() {
    try {
      if (this.#response === undefined) {
        this.#response = await this.#open();
        if (this.#isCancelled) {
          await this.cancel();
        }
        // Something has come, if nothing of the body yet.
        return { done: this.#response.status === 204, value: new Uint8Array() };
      }
      await accept(this.#engine, this.#response, this.#isOurs);
      this.#reader = this.#response.body.getReader();
    } catch (error) {
      this.failure = { error };
      return { done: true };
    }
    return this.#reader.read();
  }

  /** Of a response that is still to come, too: a `fetch` of somebody's making may not heed the signal. */
  async cancel() {
    this.#isCancelled = true;
    await (this.#reader ?? this.#response?.body)?.cancel();
  }
}

/** Returns where the server has ended the stream, and throws where it did not come to its end, or to its beginning. */
function end(connection, { failure }) {
  if (failure !== undefined) {
    throw failure.error;
  }
  const [reason, message] = connection.failure();
  if (reason !== "ended") {
    throw new StreamError(reason, message);
  }
}

/** Throws what a response says that is no event stream. `isOurs`: its connection is let go of by an abort. */
async function accept({ Connection }, response, isOurs) {
  const contentType = response.headers.get("Content-Type") ?? "";
  if (response.ok && response.body !== null && Connection.isEventStream(contentType)) {
    return;
  }
  const reader = response.body?.getReader();
  const refusal = await readRefusal(response, reader);
  cancel(reader, isOurs ? ABORT_TIME : 0);
  if (!response.ok) {
    throw new StreamError("status", `the response has status ${response.status}`, refusal);
  }
  throw new StreamError("content-type", `the response's Content-Type is "${contentType}" and not "text/event-stream"`, refusal);
}

/** Cancels what is not over by then. */
function cancel(reader, milliseconds) {
  if (reader) {
    const timer = setTimeout(() => reader.cancel().catch(() => {}), milliseconds);
    const forget = () => clearTimeout(timer);
    reader.closed.then(forget, forget);
  }
}
