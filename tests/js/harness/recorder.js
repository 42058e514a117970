/** The events of a source in the order in which they came, to be taken one by one whenever the case gets to it. */
export class Recorder {
  /** Everything so far, taken or not. */
  all = [];
  #taken = 0;
  #wake = () => {};

  constructor(source, types) {
    for (const type of types) {
      source.addEventListener(type, (event) => {
        // The state is that of the moment: later it will be another one.
        this.all.push({ type: event.type, readyState: source.readyState, event });
        this.#wake();
      });
    }
  }

  async take(count = 1) {
    while (this.all.length < this.#taken + count) {
      await new Promise((resolve) => (this.#wake = resolve));
    }
    this.#taken += count;
    return this.all.slice(this.#taken - count, this.#taken);
  }

  async next() {
    return (await this.take())[0];
  }

  /** Takes up to and including the first event that is so. */
  async until(condition) {
    const taken = [];
    do {
      taken.push(await this.next());
    } while (!condition(taken.at(-1)));
    return taken;
  }

  get types() {
    return this.all.map(({ type }) => type);
  }
}

/** A message as cases compare it. */
export const message = ({ event }) => [event.type, event.data, event.lastEventId];

/** The event the source itself fires, not one that the server gave this name. */
export const isPlain = (type) => (entry) => entry.type === type && !("data" in entry.event);
