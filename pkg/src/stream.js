// One stream from its beginning to its end, as an async iterator: for what a server says once, such as an answer.
import { readInit } from "./init.js";
import { isObject } from "./idl.js";

// What Connection.next() returns; the same numbers as in crates/npm.
const NOTICE_NONE = 0;
const NOTICE_EVENT = 2;
const NOTICE_FAILED = 4;

/** How much of a refused response is kept, in bytes. */
const MAX_BODY = 64 * 1024;
/** How long it is waited for, in milliseconds. */
const BODY_TIME = 1000;

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
    return iterate(loadEngine, ...opener(input, init));
  };
}

/** What gives the response for a signal, and the settings of who asks for it. */
function opener(input, init) {
  if (isObject(input) && "body" in input && "status" in input) {
    if (input.body === null || input.bodyUsed || input.body.locked) {
      throw new TypeError("Failed to execute 'stream': the response has no body, or it is read already.");
    }
    // What else there is to set is of the request.
    const { maxEventSize, idleTimeout } = readInit("execute 'stream'", init);
    return [() => input, { maxEventSize, idleTimeout }];
  }
  if (init?.reconnect !== undefined || init?.whenHidden !== undefined) {
    throw new TypeError("Failed to execute 'stream': it does not reconnect. An EventSource does.");
  }
  const settings = readInit("execute 'stream'", init);
  const url = `${input}`;
  const open = (signal) => (settings.fetch ?? globalThis.fetch)(url, { ...standardRequest(settings), signal });
  return [open, settings];
}

/** The request of the standard, as the engine makes it for an EventSource. */
function standardRequest({ lastEventId, withCredentials }) {
  const headers = new Headers({ Accept: "text/event-stream" });
  if (lastEventId !== "") {
    headers.set("Last-Event-ID", String.fromCharCode(...new TextEncoder().encode(lastEventId)));
  }
  return { headers, cache: "no-store", credentials: withCredentials ? "include" : "same-origin" };
}

/** Lets go of the connection at the end, whoever stops: by its abort, for Firefox keeps one that is merely cancelled. */
async function* iterate(loadEngine, open, settings) {
  const { signal } = settings;
  const engine = await loadEngine();
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal?.addEventListener("abort", abort);
  try {
    yield* events(engine, new Opening(() => open(controller.signal)), settings, controller.signal);
  } finally {
    signal?.removeEventListener("abort", abort);
    controller.abort();
  }
}

/**
 * The reader of a body that is still to be requested. So the engine, which watches the line while it waits for a read, has the
 * request in view, too.
 */
class Opening {
  #open;
  #response;
  #reader;
  /** What has kept it from having a body. */
  failure;

  constructor(open) {
    this.#open = open;
  }

  read() {
    return this.#reader?.read() ?? this.#begin();
  }

  async #begin() {
    try {
      if (this.#response === undefined) {
        this.#response = await this.#open();
        // Something has come, if nothing of the body yet.
        return { done: this.#response.status === 204, value: new Uint8Array() };
      }
      await accept(this.#response);
      this.#reader = this.#response.body.getReader();
    } catch (error) {
      this.failure = { error };
      return { done: true };
    }
    return this.#reader.read();
  }

  async cancel() {
    await (this.#reader ?? this.#response?.body)?.cancel();
  }
}

async function* events(engine, opening, settings, signal) {
  let wake = () => {};
  const connection = engine.Connection.forBody(opening, settings, () => wake());
  try {
    for (;;) {
      const notice = connection.next();
      if (notice === NOTICE_EVENT) {
        yield eventOf(connection);
      } else if (notice === NOTICE_FAILED) {
        return end(connection, opening, signal);
      } else if (notice === NOTICE_NONE) {
        await new Promise((resolve) => (wake = resolve));
      }
    }
  } finally {
    connection.free();
  }
}

function eventOf(connection) {
  return {
    type: connection.eventType(),
    data: connection.data(),
    lastEventId: connection.lastEventId(),
  };
}

/** Returns where the server has ended the stream, and throws where it did not come to its end, or to its beginning. */
function end(connection, { failure }, signal) {
  signal.throwIfAborted();
  if (failure !== undefined) {
    throw failure.error;
  }
  const reason = connection.reason();
  if (reason !== "ended") {
    throw new StreamError(reason, connection.message());
  }
}

async function accept(response) {
  const { ok, status, headers } = response;
  const contentType = headers.get("Content-Type") ?? "";
  const isEventStream = /^\s*text\/event-stream\s*(;|$)/i.test(contentType);
  if (ok && isEventStream && response.body !== null) {
    return;
  }
  const body = await beginning(response.body);
  if (!ok) {
    throw new StreamError("status", `the response has status ${status}`, { status, headers, body });
  }
  const message = `the response's Content-Type is "${contentType}" and not "text/event-stream"`;
  throw new StreamError("content-type", message, { status, headers, body });
}

/** The first bytes of a body as text, as far as they come in time; the rest is let go of. */
async function beginning(body) {
  if (body === null) {
    return "";
  }
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let left = MAX_BODY;
  const read = async () => {
    while (left > 0) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      text += decoder.decode(value.subarray(0, left), { stream: true });
      left -= value.length;
    }
  };
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, BODY_TIME)));
  // What breaks off is refused all the same.
  await Promise.race([read().catch(() => {}), late]);
  clearTimeout(timer);
  reader.cancel().catch(() => {});
  return text;
}
