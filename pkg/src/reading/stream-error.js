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

  constructor(reason, message, { status, headers, body, cause, url, redirected } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    Object.defineProperty(this, Symbol.for(BRAND), { value: true });
    this.name = "StreamError";
    this.reason = reason;
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.url = url;
    this.redirected = redirected;
  }
}

/**
 * The error of a failure, for who reads to the end. Undefined where the server means it to be the end: with a 204 it asks its clients to
 * stop, and a body that is there already has an end.
 */
export function streamError(failure) {
  const { reason, message, status } = failure;
  return reason === "ended" || status === 204 ? undefined : new StreamError(reason, message, failure);
}
