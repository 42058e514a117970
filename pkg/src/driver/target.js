// Where the requests of a source go.

/**
 * They go to the URL, or to where a redirect of it led: "reestablish the connection" fetches the same request again, and a redirect
 * has changed its current URL. What the page has given for one origin is not meant for another, so a request that `isBound` always
 * goes to the URL.
 *
 * This departs from the standard: if a request leads to no event stream, the next one goes to the URL again, because the place where
 * the redirect led may be gone for good. Nothing tells whether the redirect was a permanent one.
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

  /** The request, or what it led to, is over. */
  left() {
    if (!this.#isReached) {
      this.#current = this.#url;
    }
  }
}
