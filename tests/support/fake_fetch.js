// A `fetch` that answers from a script, for tests without a server. It behaves as the real one where an event source
// can tell: it heeds the signal, unless the script says that it does not, and a body is pulled only when it is read.

/** Servers that are none: of this name, or under this path of the page's own origin. */
const FAKE = /^https:\/\/([a-z]+\.)?fake\.test\//;
const OWN = `${globalThis.location?.origin}/fake.test/`;

/** What is done to a response, or said of it, so that its body is not one to be read. */
const BODIES = {
  missing: (response) => Object.defineProperty(response, "body", { value: undefined }),
  object: (response) => Object.defineProperty(response, "body", { value: { on() {} } }),
  locked: (response) => response.body.getReader(),
  used: (response) => Object.defineProperty(response, "bodyUsed", { value: true }),
  null: (response) => Object.defineProperty(response, "body", { value: null }),
};

const EVENT = "data: b\n\n";

/** Chunks whose bytes are not their own, by the name that stands for one as a `value`. */
const CHUNKS = {
  detached: () => taken(toBytes(EVENT)),
  "detached view": () => taken(new DataView(toBytes(EVENT).buffer)),
  resizable: () => filled(new ArrayBuffer(EVENT.length, { maxByteLength: 1000 })),
  // Pages that are not isolated have no other way to one.
  shared: () => filled(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer),
};

/**
 * Answers requests to https://fake.test/, its subdomains, and /fake.test/ of the page's own origin with the attempts of
 * `script` (JSON), one after the other; the last one repeats.
 *
 * An attempt throws or rejects with a message, `rejectsWith` a value, hangs, aborts, resolves to a value, or is a response:
 * { status, headers, url, redirected, chunks, times, then, heedless }. A chunk is a string, a list of bytes, or a `value` that
 * is no bytes or one of `CHUNKS`, and all of them come so many `times`; `then` is "end" (the default), "error", "abort" or "hang". A body that
 * hangs goes on with `send`, `end` and `break`. A `body` is one of `BODIES`. An attempt that `waits` comes to all that with `settle`.
 *
 * `answersProbe` says that a server is there although the attempt failed, `hangsProbe` that nobody says. A probe of the page's
 * own origin is answered by a redirect; with `answersProbe: "plainly"` it is answered by a response that is none.
 */
export class FakeFetch {
  #realFetch = globalThis.fetch;
  #script;
  #requests = [];
  #body;
  /** What settles the attempts that wait, in their order. */
  #waiting = [];

  constructor(script) {
    this.#script = JSON.parse(script);
    globalThis.fetch = (url, init) =>
      isFake(String(url)) ? this.#fetch(url, init) : this.#realFetch.call(globalThis, url, init);
  }

  /** What was requested so far, as JSON. */
  requests() {
    return JSON.stringify(this.#requests);
  }

  /** How many requests there were so far. */
  count() {
    return this.#requests.length;
  }

  /** How many chunks were asked for so far. */
  pulls() {
    return this.#requests.reduce((sum, { pulls }) => sum + pulls, 0);
  }

  /** How many requests and probes are out that nobody has let go of: neither over nor aborted nor cancelled. */
  live() {
    const live = ({ over, aborted, cancelled }) => !over && !aborted && !cancelled;
    return this.#requests.flatMap((request) => [request, ...request.probing]).filter(live).length;
  }

  /** Has the body of the last response go on with this chunk: a text or a list of bytes. */
  send(chunk) {
    this.#body.enqueue(toBytes(chunk));
  }

  /** Ends the body of the last response. */
  end() {
    this.#requests.at(-1).over = true;
    this.#body.close();
  }

  /** Breaks the body of the last response off. */
  break() {
    this.#requests.at(-1).over = true;
    this.#body.error(new TypeError("the body broke off"));
  }

  /** Has the first attempt that waits come to what it is. */
  settle() {
    this.#waiting.shift()();
  }

  uninstall() {
    globalThis.fetch = this.#realFetch;
  }

  #attempt(index) {
    return this.#script[Math.min(index, this.#script.length - 1)];
  }

  #fetch(url, init) {
    if (init.mode === "no-cors" || init.redirect === "manual") {
      return this.#probe(init);
    }
    const attempt = this.#attempt(this.#requests.length);
    const request = {
      url: String(url),
      headers: Object.fromEntries(new Headers(init.headers)),
      credentials: init.credentials,
      cache: init.cache,
      mode: init.mode ?? "cors",
      redirect: init.redirect ?? "follow",
      method: init.method ?? "GET",
      body: toText(init.body),
      failed: ["throws", "rejects", "rejectsWith"].some((failure) => failure in attempt),
      over: false,
      aborted: false,
      cancelled: false,
      pulls: 0,
      probes: 0,
      probing: [],
    };
    this.#requests.push(request);
    init.signal.addEventListener("abort", () => (request.aborted = true));
    if (attempt.hangs) {
      return hang(init.signal);
    }
    if (attempt.waits) {
      const settled = new Promise((resolve) => this.#waiting.push(resolve));
      const answer = settled.then(() => this.#answer(attempt, request, init));
      return attempt.heedless ? answer : Promise.race([answer, hang(init.signal)]);
    }
    return this.#answer(attempt, request, init);
  }

  #answer(attempt, request, init) {
    const ends = ["throws", "rejects", "rejectsWith", "aborts", "resolves"];
    request.over = ends.some((end) => end in attempt) || attempt.status === 204;
    if (attempt.throws) {
      throw new TypeError(attempt.throws);
    }
    if (attempt.rejects) {
      return Promise.reject(new TypeError(attempt.rejects));
    }
    if ("rejectsWith" in attempt) {
      return Promise.reject(attempt.rejectsWith);
    }
    if (attempt.aborts) {
      return Promise.reject(abortError());
    }
    if ("resolves" in attempt) {
      return attempt.resolves;
    }
    const stream = attempt.status === 204 ? null : this.#stream(attempt, request, init.signal);
    const { status = 200, headers = { "Content-Type": "text/event-stream" } } = attempt;
    const response = new Response(stream, { status, headers });
    BODIES[attempt.body]?.(response);
    // A response that a script has made has no URL, unlike one from the network.
    Object.defineProperty(response, "url", { value: attempt.url ?? request.url });
    Object.defineProperty(response, "redirected", { value: attempt.redirected ?? false });
    return Promise.resolve(response);
  }

  /** Whether the server of the last request that failed and was not probed for is there at all. */
  #probe({ mode = "cors", redirect = "follow", credentials, cache, signal }) {
    const index = this.#requests.findLastIndex(({ failed, probes }) => failed && probes === 0);
    const request = this.#requests[index];
    const { answersProbe, hangsProbe } = this.#attempt(index);
    const probe = { mode, redirect, credentials, cache, over: !hangsProbe, aborted: false };
    request.probes += 1;
    request.probing.push(probe);
    signal.addEventListener("abort", () => (probe.aborted = true));
    if (hangsProbe) {
      return hang(signal);
    }
    if (!answersProbe) {
      return Promise.reject(new TypeError("nobody there"));
    }
    const response = new Response("opaque");
    if (redirect === "manual" && answersProbe !== "plainly") {
      Object.defineProperty(response, "type", { value: "opaqueredirect" });
    }
    return Promise.resolve(response);
  }

  #stream({ chunks = [], times = 1, then = "end", heedless }, request, signal) {
    const source = bytes(chunks, times);
    const start = (controller) => {
      this.#body = controller;
      if (!heedless) {
        signal.addEventListener("abort", () => controller.error(signal.reason));
      }
    };
    const pull = (controller) => {
      request.pulls += 1;
      const { value, done } = source.next();
      if (!done) {
        controller.enqueue(value);
      } else if (then === "end") {
        request.over = true;
        controller.close();
      } else if (then !== "hang") {
        request.over = true;
        controller.error(then === "abort" ? abortError() : new TypeError("the body broke off"));
      }
    };
    const cancel = () => (request.cancelled = true);
    return new ReadableStream({ start, pull, cancel }, { highWaterMark: 0 });
  }
}

function isFake(url) {
  return FAKE.test(url) || url.startsWith(OWN);
}

function hang(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function abortError() {
  return new DOMException("aborted from outside", "AbortError");
}

function* bytes(chunks, times) {
  for (let time = 0; time < times; time += 1) {
    for (const chunk of chunks) {
      const isBytes = typeof chunk !== "object" || !("value" in chunk);
      yield isBytes ? toBytes(chunk) : (CHUNKS[chunk.value]?.() ?? chunk.value);
    }
  }
}

/** A view, after somebody has transferred its buffer. */
function taken(view) {
  structuredClone(view.buffer, { transfer: [view.buffer] });
  return view;
}

function filled(buffer) {
  const bytes = new Uint8Array(buffer, 0, EVENT.length);
  bytes.set(toBytes(EVENT));
  return bytes;
}

function toBytes(chunk) {
  return typeof chunk === "string" ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk);
}

/** A request's body. */
function toText(body) {
  return typeof body === "string" ? body : body ? new TextDecoder().decode(body) : null;
}
