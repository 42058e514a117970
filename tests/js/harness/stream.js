import { toAttempt } from "./steps.js";

/** Speaks to the test server through its other origin, to leave the six connections of the first one to the sources. */
async function ask(environment, path, init) {
  const response = await fetch(environment.otherOrigin + path, { cache: "no-store", ...init });
  if (!response.ok) {
    throw new Error(`the test server answers ${response.status} to ${path}: ${await response.text()}`);
  }
  return response;
}

/** The keys of those streams of a run that still have a connection, after giving the last ones the time to end. */
export async function openStreams(environment, prefix) {
  const end = Date.now() + 3000;
  for (;;) {
    const keys = await (await ask(environment, `/streams?prefix=${encodeURIComponent(prefix)}`)).json();
    if (keys.length === 0 || Date.now() > end) {
      return keys;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A stream whose every byte the case decides, and which tells afterwards what was requested. */
export class ScriptedStream {
  #environment;
  #attempts;

  constructor(environment, key) {
    this.#environment = environment;
    this.key = key;
    this.path = `/streams/${key}`;
    this.url = environment.origin + this.path;
    this.otherUrl = environment.otherOrigin + this.path;
  }

  async put(attempts) {
    this.#attempts = attempts;
    await this.again();
    return this;
  }

  /** From the first attempt on, as if nothing had been requested. */
  async again() {
    await ask(this.#environment, this.path, {
      method: "PUT",
      body: JSON.stringify({ attempts: this.#attempts.map(toAttempt) }),
    });
  }

  async signal(name) {
    await ask(this.#environment, `${this.path}/signal/${name}`, { method: "POST" });
  }

  /** The requests, as soon as there are `count` of them and `ended` have ended. It is an error if they are not there in time. */
  async requests({ count = 0, ended = 0, timeout = 8000 } = {}) {
    const requests = await this.requestsWithin(timeout, { count, ended });
    const thatEnded = requests.filter(({ endedBy }) => endedBy !== null);
    if (requests.length < count || thatEnded.length < ended) {
      throw new Error(`${requests.length} requests of ${count} after ${timeout} ms, and ${thatEnded.length} of ${ended} have ended`);
    }
    return requests;
  }

  /** The same, or what there is after `timeout`. */
  async requestsWithin(timeout, { count = 0, ended = 0 }) {
    const query = `waitForCount=${count}&waitForEnded=${ended}&timeoutMs=${timeout}`;
    const response = await ask(this.#environment, `${this.path}/requests?${query}`);
    return (await response.json()).map((request) => ({
      ...request,
      header: (name) => request.headers.find((header) => header[0] === name)?.[1],
    }));
  }

  /** The Last-Event-ID of each request, undefined where there is none; one character for each byte. */
  async lastEventIds(count) {
    return (await this.requests({ count })).map((request) => request.header("last-event-id"));
  }

  /** How many requests there are, after giving one more than `count` the time to arrive. */
  async countStaysAt(count, timeout = 400) {
    return (await this.requestsWithin(timeout, { count: count + 1 })).length === count;
  }
}

/** A port of the server that can be closed, so that connections to it are refused. */
export class Port {
  #environment;

  static async reserve(environment) {
    const response = await ask(environment, "/ports", { method: "POST" });
    const { port, origin } = await response.json();
    return new Port(environment, port, origin);
  }

  constructor(environment, port, origin) {
    this.#environment = environment;
    this.port = port;
    this.origin = origin;
  }

  open() {
    return ask(this.#environment, `/ports/${this.port}/open`, { method: "POST" });
  }

  close() {
    return ask(this.#environment, `/ports/${this.port}/close`, { method: "POST" });
  }
}
