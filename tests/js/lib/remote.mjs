// A way to speak with pages that does not need WebDriver: a driver speaks with one window at a time, and some end with one page.
import { once } from "node:events";
import { createServer } from "node:http";
import { onEnd, poll } from "./resources.mjs";

/**
 * A page that asks for the next script with each answer (`tests/js/sharing/remote.js`). It asks a port of its own, for a browser has
 * six connections to one.
 */
export class Remote {
  #server = createServer((request, response) => this.#take(request, response));
  #count = 0;
  /** By its number: what to do with a script's answer. */
  #scripts = new Map();
  /** What the page has not asked for yet. */
  #queue = [];
  /** The request that waits for a script. */
  #waiting;

  static async start() {
    const remote = new Remote();
    remote.#server.listen(0, "127.0.0.1");
    await once(remote.#server, "listening");
    onEnd(() => remote.#server.closeAllConnections());
    onEnd(() => remote.#server.close());
    return remote;
  }

  /** Where the page is to ask. */
  get address() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Runs a function in the page, and waits for what it promises; arguments and result go through JSON. */
  run(script, ...args) {
    this.#count += 1;
    const id = this.#count;
    this.#queue.push({ id, script: `(${script})`, args });
    const answer = new Promise((resolve, reject) => this.#scripts.set(id, { resolve, reject }));
    this.#hand();
    return answer;
  }

  /** The function's answer once it is neither undefined nor null. */
  waitFor(script, what, ...args) {
    return poll(async () => (await this.run(script, ...args)) ?? undefined, what);
  }

  async #take(request, response) {
    const { id, value, error } = JSON.parse((await request.setEncoding("utf8").toArray()).join(""));
    const script = this.#scripts.get(id);
    this.#scripts.delete(id);
    if (error === undefined) {
      script?.resolve(value);
    } else {
      script?.reject(new Error(`in the page: ${error}`));
    }
    this.#waiting = response.setHeader("Access-Control-Allow-Origin", "*");
    response.once("close", () => {
      if (this.#waiting === response) {
        this.#waiting = undefined;
      }
    });
    this.#hand();
  }

  #hand() {
    if (this.#waiting && this.#queue.length > 0) {
      const response = this.#waiting;
      this.#waiting = undefined;
      response.end(JSON.stringify(this.#queue.shift()));
    }
  }
}
