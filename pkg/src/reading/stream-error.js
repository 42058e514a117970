/** A brand that is the same in every copy of the package and in every frame. */
const BRAND = "wasm-eventsource.StreamError";

/** Why a stream was refused or broke off. */
export class StreamError extends Error {
  /** The name, which a minifier would change otherwise. */
  static get name() {
    return "StreamError";
  }

  /** Each entry of the package has its own class. An error of one is `instanceof` all of them. */
  static [Symbol.hasInstance](value) {
    return super[Symbol.hasInstance](value) || (this === StreamError && value?.[Symbol.for(BRAND)] === true);
  }

  constructor(reason, message, { status, headers, body, event, url, redirected, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, Symbol.for(BRAND), { value: true });
    this.name = "StreamError";
    this.reason = reason;
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.url = url;
    this.redirected = redirected;
    this.event = event;
  }
}

/**
 * The error of a failure, for who reads to the end. Undefined where the server means it to be the end: with a 204 it asks its clients to
 * stop, and a body that is there already has an end. If the user knows the last event and it has not come, every end is an error.
 */
export function streamError(failure, isDeclared = false) {
  const { reason, message, status } = failure;
  const isEnd = !isDeclared && (reason === "ended" || status === 204);
  return isEnd ? undefined : new StreamError(reason, message, failure);
}
