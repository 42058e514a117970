// A `fetch` that answers from a script, for tests without a server. It behaves as the real one where an event source
// can tell: it heeds the signal, unless the script says that it does not, and a body is pulled only when it is read.

const PREFIX = "https://fake.test/";

/**
 * Answers requests to URLs that begin with https://fake.test/ with the attempts of `script` (JSON), one after the
 * other; the last one repeats. An attempt throws or rejects with a message, hangs, aborts, resolves to a value, or is a
 * response: { status, headers, url, chunks, times, then, heedless }. A chunk is a string or a list of bytes, and all of
 * them come so many `times`; `then` is "end" (the default), "error" or "hang". A body that hangs goes on with `send` and
 * `end`. `answersProbe` says that a server is there although the attempt failed, `hangsProbe` that nobody says.
 */
export class FakeFetch {
  #realFetch = globalThis.fetch;
  #script;
  #requests = [];
  #body;

  constructor(script) {
    this.#script = JSON.parse(script);
    globalThis.fetch = (url, init) =>
      String(url).startsWith(PREFIX) ? this.#fetch(url, init) : this.#realFetch.call(globalThis, url, init);
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

  /** Has the body of the last response go on with this chunk. */
  send(text) {
    this.#body.enqueue(new TextEncoder().encode(text));
  }

  /** Ends the body of the last response. */
  end() {
    this.#requests.at(-1).over = true;
    this.#body.close();
  }

  uninstall() {
    globalThis.fetch = this.#realFetch;
  }

  #attempt(index) {
    return this.#script[Math.min(index, this.#script.length - 1)];
  }

  #fetch(url, init) {
    if (init.mode === "no-cors") {
      return this.#probe(init);
    }
    const attempt = this.#attempt(this.#requests.length);
    const request = {
      url: String(url),
      headers: Object.fromEntries(new Headers(init.headers)),
      credentials: init.credentials,
      cache: init.cache,
      redirect: init.redirect ?? "follow",
      method: init.method ?? "GET",
      body: init.body ? new TextDecoder().decode(init.body) : null,
      failed: "throws" in attempt || "rejects" in attempt,
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
    request.over = ["throws", "rejects", "aborts", "resolves"].some((end) => end in attempt) || attempt.status === 204;
    if (attempt.throws) {
      throw new TypeError(attempt.throws);
    }
    if (attempt.rejects) {
      return Promise.reject(new TypeError(attempt.rejects));
    }
    if (attempt.aborts) {
      return Promise.reject(new DOMException("aborted from outside", "AbortError"));
    }
    if ("resolves" in attempt) {
      return attempt.resolves;
    }
    const stream = attempt.status === 204 ? null : this.#stream(attempt, request, init.signal);
    const { status = 200, headers = { "Content-Type": "text/event-stream" } } = attempt;
    const response = new Response(stream, { status, headers });
    // A response that a script has made has no URL, unlike one from the network.
    Object.defineProperty(response, "url", { value: attempt.url ?? request.url });
    return Promise.resolve(response);
  }

  /** Whether the server of the first request that failed and was not probed is there at all. */
  #probe({ signal }) {
    const index = this.#requests.findIndex(({ failed, probes }) => failed && probes === 0);
    const request = this.#requests[index];
    const { answersProbe, hangsProbe } = this.#attempt(index);
    const probe = { over: !hangsProbe, aborted: false };
    request.probes += 1;
    request.probing.push(probe);
    signal.addEventListener("abort", () => (probe.aborted = true));
    if (hangsProbe) {
      return hang(signal);
    }
    return answersProbe ? Promise.resolve(new Response("opaque")) : Promise.reject(new TypeError("nobody there"));
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
      } else if (then === "error") {
        request.over = true;
        controller.error(new TypeError("the body broke off"));
      }
    };
    const cancel = () => (request.cancelled = true);
    return new ReadableStream({ start, pull, cancel }, { highWaterMark: 0 });
  }
}

function hang(signal) {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

function* bytes(chunks, times) {
  for (let time = 0; time < times; time += 1) {
    for (const chunk of chunks) {
      yield typeof chunk === "string" ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk);
    }
  }
}
