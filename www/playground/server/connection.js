// One connection as a server has it: what is written to it comes to the page as the body of a response.

/** Ends the loop of a stream whose connection is over. */
class Over extends Error {}

const encoder = new TextEncoder();

class Connection {
  #client;
  #controller = null;
  #timer = 0;
  #demand = () => {};
  #interrupt = () => {};
  #notice = () => {};

  /** `client` has the faults that this connection is to show. */
  constructor(client) {
    this.#client = client;
  }

  /**
   * The response whose body is written by `play(connection)`, an async function. `onCancel` is told when the page has closed the
   * connection.
   */
  respond(play, { headers = { "Content-Type": "text/event-stream" }, onCancel } = {}) {
    const body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
        this.#client.connections.add(this);
        this.#run(play);
      },
      pull: () => this.#demand(),
      cancel: () => {
        onCancel?.();
        this.#end();
      },
    });
    return new Response(body, { headers: { ...headers, "Cache-Control": "no-store" } });
  }

  /** Writes text with line feeds, as the client's faults have it: with other line ends, in small chunks, or not at all. */
  async write(text) {
    const { silent, lineEnd, chunk } = this.#client.faults;
    this.#check();
    if (silent) return;
    const bytes = encoder.encode(text.replaceAll("\n", lineEnd));
    if (chunk === 0) {
      this.#controller.enqueue(bytes);
      return;
    }
    for (let start = 0; start < bytes.length; start += chunk) {
      this.#controller.enqueue(bytes.slice(start, start + chunk));
      await this.pause(0);
    }
  }

  /** Writes bytes as they are, once the page has read what came before. */
  async writeOnDemand(bytes) {
    this.#check();
    this.#controller.enqueue(bytes);
    if (this.#controller.desiredSize <= 0) await this.#wait((resume) => (this.#demand = resume));
  }

  pause(milliseconds) {
    return this.#wait((resume) => {
      this.#timer = setTimeout(resume, milliseconds);
    });
  }

  /** Waits until `notice()` is called. */
  noticed() {
    return this.#wait((resume) => (this.#notice = resume));
  }

  /** There is something new to write. */
  notice() {
    this.#notice();
  }

  /** The server has said everything. */
  end() {
    this.#over(() => this.#controller.close());
  }

  /** The connection breaks. */
  cut() {
    this.#over(() => this.#controller.error(new TypeError("the connection was cut")));
  }

  async #run(play) {
    try {
      await play(this);
      this.end();
    } catch (error) {
      if (!(error instanceof Over)) throw error;
    }
  }

  #wait(start) {
    return new Promise((resolve, reject) => {
      this.#check();
      this.#interrupt = reject;
      start(resolve);
    });
  }

  #check() {
    if (this.#controller === null) throw new Over();
  }

  #over(finish) {
    if (this.#controller === null) return;
    finish();
    this.#end();
  }

  #end() {
    this.#controller = null;
    this.#client.connections.delete(this);
    clearTimeout(this.#timer);
    this.#interrupt(new Over());
  }
}
