// A `fetch` that answers from a script, for tests without a server. It behaves as the real one where an event source
// can tell: it heeds the signal, unless the script says that it does not, and a body is pulled only when it is read.

const PREFIX = "https://fake.test/";

/**
 * Answers requests to URLs that begin with https://fake.test/ with the attempts of `script` (JSON), one after the
 * other; the last one repeats. An attempt throws or rejects with a message, hangs, resolves to a value, or is a response:
 * { status, headers, chunks, then, heedless }. A chunk is a string or a list of bytes; `then` is "end" (the default),
 * "error" or "hang". `answersProbe` says that a server is there although the attempt failed.
 */
export class FakeFetch {
  #realFetch = globalThis.fetch;
  #script;
  #requests = [];

  constructor(script) {
    this.#script = JSON.parse(script);
    globalThis.fetch = (url, init) =>
      String(url).startsWith(PREFIX) ? this.#fetch(url, init) : this.#realFetch.call(globalThis, url, init);
  }

  /** What was requested so far, as JSON. */
  requests() {
    return JSON.stringify(this.#requests);
  }

  uninstall() {
    globalThis.fetch = this.#realFetch;
  }

  #fetch(url, init) {
    if (init.mode === "no-cors") {
      return this.#probe();
    }
    const attempt = this.#script[Math.min(this.#requests.length, this.#script.length - 1)];
    const request = {
      url: String(url),
      headers: Object.fromEntries(new Headers(init.headers)),
      credentials: init.credentials,
      cache: init.cache,
      aborted: false,
      cancelled: false,
      pulls: 0,
      probes: 0,
    };
    this.#requests.push(request);
    init.signal.addEventListener("abort", () => (request.aborted = true));
    if (attempt.throws) {
      throw new TypeError(attempt.throws);
    }
    if (attempt.rejects) {
      return Promise.reject(new TypeError(attempt.rejects));
    }
    if ("resolves" in attempt) {
      return attempt.resolves;
    }
    if (attempt.hangs) {
      return new Promise((_, reject) => init.signal.addEventListener("abort", () => reject(init.signal.reason)));
    }
    const response = new Response(attempt.status === 204 ? null : body(attempt, request, init.signal), {
      status: attempt.status ?? 200,
      headers: attempt.headers ?? { "Content-Type": "text/event-stream" },
    });
    return Promise.resolve(response);
  }

  /** Whether the server of the last request is there at all. */
  #probe() {
    this.#requests.at(-1).probes += 1;
    const { answersProbe } = this.#script[Math.min(this.#requests.length, this.#script.length) - 1];
    return answersProbe ? Promise.resolve(new Response("opaque")) : Promise.reject(new TypeError("nobody there"));
  }
}

function body({ chunks = [], then = "end", heedless }, request, signal) {
  const left = chunks.map((chunk) =>
    typeof chunk === "string" ? new TextEncoder().encode(chunk) : Uint8Array.from(chunk),
  );
  return new ReadableStream(
    {
      start(controller) {
        if (!heedless) {
          signal.addEventListener("abort", () => controller.error(signal.reason));
        }
      },
      pull(controller) {
        request.pulls += 1;
        if (left.length > 0) {
          controller.enqueue(left.shift());
        } else if (then === "end") {
          controller.close();
        } else if (then === "error") {
          controller.error(new TypeError("the body broke off"));
        }
      },
      cancel() {
        request.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
}
