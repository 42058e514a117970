// The URL of the next request of a source.

/**
 * The source's URL, or the URL to which a redirect led: "reestablish the connection" fetches the same request again, and a redirect
 * has changed its current URL. A request that `isBound` carries something meant for one origin only. It always goes to the source's
 * URL.
 *
 * This departs from the standard: if a request does not lead to an event stream, the next one goes to the source's URL again, because
 * the place where the redirect led may be gone. A script cannot find out whether a redirect was permanent.
 * https://fetch.spec.whatwg.org/#concept-request-current-url
 */
export class Target {
  #url;
  #isBound;
  #current;
  /** The last request was answered by an event stream. */
  #isReached = true;

  constructor(url, isBound) {
    this.#url = url;
    this.#isBound = isBound;
    this.#current = url;
  }

  /** The URL of the source, wherever a redirect led. */
  get own() {
    return this.#url;
  }

  get url() {
    return this.#current;
  }

  /** A request is sent. */
  sent() {
    this.#isReached = false;
  }

  /** The request has led to an event stream. */
  reached({ url, redirected }) {
    this.#isReached = true;
    if (redirected && url && !this.#isBound) {
      this.#current = url;
    }
  }

  /** The request or its response is over. */
  left() {
    if (!this.#isReached) {
      this.#current = this.#url;
    }
  }
}
