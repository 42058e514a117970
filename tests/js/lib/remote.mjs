// A way to speak with pages that does not need WebDriver: a driver speaks with one window at a time, and some end with one page.
import { once } from "node:events";
import { createServer } from "node:http";
import { onEnd, poll } from "./resources.mjs";

/**
 * A page asks for the next script with each answer (`tests/js/sharing/remote.js`), on an origin of its own, so that it takes no
 * connection from the page's.
 */
export class Remote {
  #pages = new Map();
  #server = createServer((request, response) => this.#answer(request, response));

  /** Once it listens. */
  static async start() {
    const remote = new Remote();
    remote.#server.listen(0, "127.0.0.1");
    await once(remote.#server, "listening");
    onEnd(() => remote.#server.closeAllConnections());
    onEnd(() => remote.#server.close());
    return remote;
  }

  /** Where the page of this name is to ask. */
  address(name) {
    return `http://127.0.0.1:${this.#server.address().port}/${name}`;
  }

  page(name) {
    const page = this.#pages.get(name) ?? new RemotePage(name);
    this.#pages.set(name, page);
    return page;
  }

  async #answer(request, response) {
    const body = JSON.parse((await request.setEncoding("utf8").toArray()).join("") || "{}");
    response.setHeader("Access-Control-Allow-Origin", "*");
    this.page(request.url.slice(1)).asks(body, response);
  }
}

class RemotePage {
  #name;
  #count = 0;
  /** By its number: what to do with a script's answer. */
  #scripts = new Map();
  /** What the page has not asked for yet. */
  #queue = [];
  /** The request that waits for a script. */
  #waiting;

  constructor(name) {
    this.#name = name;
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

  asks({ id, value, error }, response) {
    const script = this.#scripts.get(id);
    this.#scripts.delete(id);
    if (error === undefined) {
      script?.resolve(value);
    } else {
      script?.reject(new Error(`in ${this.#name}: ${error}`));
    }
    this.#waiting = response;
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
