/** Numbered events of the test server, and its count of those who listen. The tests' judge. */
export class Feed {
  #environment;
  #token;
  #clock;

  constructor(environment, token, query = "") {
    this.#environment = environment;
    this.#token = token;
    this.url = `${environment.origin}/feeds/${token}${query}`;
  }

  /** Makes events, at once, and returns the number of the last one. */
  async make(count = 1) {
    return (await this.#ask(`?count=${count}`, { method: "POST" })).made;
  }

  /** Makes so many events, one each `interval` milliseconds. */
  async makeEach(interval, count) {
    await this.#ask(`?count=${count}&interval=${interval}`, { method: "POST" });
  }

  /** Makes an event each `interval` milliseconds, until `stop()`. */
  begin(interval) {
    const clock = new AbortController();
    const made = this.#ask(`?count=1000000&interval=${interval}`, { method: "POST", signal: clock.signal });
    this.#clock = { clock, made: made.catch(() => {}) };
  }

  /** Stops the clock. Its last event may come a moment later. */
  async stop() {
    this.#clock?.clock.abort();
    await this.#clock?.made;
  }

  /** `{ made, open, most, lastEventIds }`. */
  record() {
    return this.#ask("/record");
  }

  async #ask(path, init) {
    const response = await fetch(`${this.#environment.otherOrigin}/feeds/${this.#token}${path}`, init);
    return response.json();
  }
}
