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
    const { open, response, settings } = readArguments(input, init);
    return new Events((reading) => iterate(reading, loadEngine, new Opening(open, response), settings));
  };
}

/** The settings of who asks, and the response, or what gives it for a signal. */
function readArguments(input, init) {
  if (isObject(input) && "body" in input && "status" in input) {
    if (input.body === null || input.bodyUsed || input.body.locked) {
      throw new TypeError("Failed to execute 'stream': the response has no body, or it is read already.");
    }
    // What else there is to set is of the request.
    const { numbers, onComment, signal } = readInit("execute 'stream'", init);
    return { response: input, settings: { numbers, onComment, signal } };
  }
  if (init?.reconnect !== undefined || init?.whenHidden !== undefined) {
    throw new TypeError("Failed to execute 'stream': it does not reconnect. An EventSource does.");
  }
  const settings = readInit("execute 'stream'", init);
  const url = `${input}`;
  const open = (signal) => (settings.fetch ?? globalThis.fetch)(url, { ...standardRequest(settings), signal });
  return { open, settings };
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

/** Lets go of the connection at the end, whoever stops. */
async function* iterate(reading, loadEngine, opening, settings) {
  const { signal } = settings;
  let wake = () => {};
  // At once, for nobody may ask for an event any more.
  const abort = () => {
    opening.abort(signal.reason);
    reading.stop();
    wake();
  };
  signal?.addEventListener("abort", abort);
  let connection;
  try {
    const aborted = new Promise((resolve) => (wake = resolve));
    if (signal?.aborted) {
      abort();
    }
    const engine = await Promise.race([aborted, loadEngine()]);
    signal?.throwIfAborted();
    connection = engine.Connection.forBody(opening, settings, () => wake());
    const reader = new Reader(connection, opening);
    opening.isEventStream = engine.Connection.isEventStream;
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
      } else if (notice === NOTICE.NONE && !signal?.aborted) {
        // A `fetch` that taking the notice has called may abort, when nobody waits yet.
        await new Promise((resolve) => (wake = resolve));
      }
    }
  } finally {
    signal?.removeEventListener("abort", abort);
    reading.stop();
    opening.abort();
    connection?.free();
  }
}

/**
 * The reader of a body that is still to be requested, unless there is a response already. So the engine, which watches the line
 * while it waits for a read, has the request in view, too.
 */
class Opening {
  #controller = new AbortController();
  #open;
  #response;
  #isOurs;
  #reader;
  #isCancelled = false;
  /** What the engine says of a content type. */
  isEventStream;
  /** What has kept it from having a body. */
  failure;

  constructor(open, response) {
    this.#open = open;
    this.#response = response;
    this.#isOurs = response === undefined;
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
        this.#response = await this.#open(this.#controller.signal);
        if (this.#isCancelled) {
          await this.cancel();
        }
        // Something has come, if nothing of the body yet.
        return { done: this.#response.status === 204, value: new Uint8Array() };
      }
      await accept(this.#response, this.isEventStream, this.#isOurs);
      this.#reader = this.#response.body.getReader();
    } catch (error) {
      this.failure = { error };
      return { done: true };
    }
    return this.#reader.read();
  }

  /** Firefox keeps a connection whose body is merely cancelled. */
  abort(reason) {
    this.#controller.abort(reason);
    this.cancel().catch(() => {});
  }

  /** What no abort reaches: the response of who asks, and that of a `fetch` that does not heed the signal, which may be to come. */
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
async function accept(response, isEventStream, isOurs) {
  const contentType = response.headers.get("Content-Type") ?? "";
  if (response.ok && response.body !== null && isEventStream(contentType)) {
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
