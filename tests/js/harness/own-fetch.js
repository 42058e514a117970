const encoder = new TextEncoder();

/**
 * A `fetch` of one's own, whose responses have bodies that the case writes. `bodies` has those so far: `send(text)`, `end()` and
 * `break()`. `ids` has the last event IDs of the requests.
 */
export class OwnFetch {
  bodies = [];
  ids = [];
  #wake = () => {};

  fetch = async (url, { headers, signal }) => {
    let controller;
    const stream = new ReadableStream({ start: (given) => (controller = given) });
    const body = {
      isAborted: false,
      send: (text) => controller.enqueue(encoder.encode(text)),
      end: () => controller.close(),
      break: () => controller.error(new TypeError("broken by the test")),
    };
    signal.addEventListener("abort", () => (body.isAborted = true));
    this.bodies.push(body);
    this.ids.push(new Headers(headers).get("last-event-id"));
    this.#wake();
    return new Response(stream, { headers: { "Content-Type": "text/event-stream" } });
  };

  /** The body of the n-th response, from 0 on, as soon as it is asked for. */
  async body(index) {
    while (this.bodies.length <= index) {
      await new Promise((resolve) => (this.#wake = resolve));
    }
    return this.bodies[index];
  }
}

/** Lets everything happen that needs no more than some tasks of its own. */
export async function tasks() {
  for (let count = 0; count < 5; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
