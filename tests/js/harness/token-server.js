// A server that wants a token, as the option `fetch`: it opens a stream for the one that is valid, and refuses all others with a 401.

export class TokenServer {
  valid;
  /** The token of each request, in order. */
  tokens = [];
  #bodies = new Set();

  constructor(valid) {
    this.valid = valid;
  }

  /** From now on another token is valid, and streams that were opened with the old one end. */
  expire(valid) {
    this.valid = valid;
    const bodies = [...this.#bodies];
    this.#bodies.clear();
    bodies.forEach((body) => body.close());
  }

  fetch = async (_url, { headers, signal }) => {
    const token = headers.Authorization?.replace("Bearer ", "");
    this.tokens.push(token);
    if (token !== this.valid) {
      return new Response("expired", { status: 401 });
    }
    return new Response(this.#body(signal), { headers: { "Content-Type": "text/event-stream" } });
  };

  #body(signal) {
    return new ReadableStream({
      start: (controller) => {
        this.#bodies.add(controller);
        controller.enqueue(new TextEncoder().encode("retry: 1\nid: 1\ndata: x\n\n"));
        signal.addEventListener("abort", () => this.#bodies.delete(controller) && controller.error(signal.reason));
      },
      cancel: (controller) => this.#bodies.delete(controller),
    });
  }
}
