// The servers that a page can connect to, and what they can be asked about their clients.

const DEMO_STREAMS = ["workerman", "mdn"];

export const isDemo = (stream) => DEMO_STREAMS.includes(stream);

/** A server with the demo's routes below `folder`, which is relative to the page. */
class DemoServer {
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  /** The address of a stream. The client's ID lets the server tell clients apart. */
  urlOf(stream, { client, interval } = {}) {
    const query = new URLSearchParams();
    if (client) query.set("client", client);
    if (interval) query.set("interval", interval);
    return this.#folder + (query.size === 0 ? stream : `${stream}?${query}`);
  }

  /** Cuts this client's connections; answers how many there were. */
  async cutConnections(client) {
    const { cut } = await this.#ask(`cut?client=${client}`, { method: "POST" });
    return cut;
  }

  /** How many streams of this client are open. */
  async openConnections(client) {
    const { open } = await this.#ask(`connections?client=${client}`, { cache: "no-store" });
    return open;
  }

  /** The stream requests the server had from this client: `[{ path, lastEventId, time }]`. */
  requestsOf(client) {
    return this.#ask(`requests?client=${client}`, { cache: "no-store" });
  }

  async #ask(path, options) {
    const response = await fetch(this.#folder + path, options);
    if (!response.ok) throw new Error(`the server answered ${response.status} to ${path}`);
    return response.json();
  }
}

const chosen = new URLSearchParams(location.search).get("server");

/** Whether the page was told that there is a test server, as `cargo xtask demo` does: then its visitor can choose. */
export const hasChoice = chosen !== null;

export const isTestServer = chosen === "test";

/** The service worker of the page: it answers below the page's folder, also on a static host. */
export const worker = new DemoServer("demo/");

/** The server that the visitor has chosen: the worker, or the test server with the page on it. */
export const server = isTestServer ? new DemoServer("../demo/") : worker;

/** `?stream=mdn|workerman|URL&autoconnect=1&interval=MS` of this page. */
export function readPageParameters(search) {
  const parameters = new URLSearchParams(search);
  const wanted = parameters.get("stream") ?? "workerman";
  const interval = parameters.get("interval") ?? "";
  return {
    stream: isDemo(wanted) ? wanted : "custom",
    customUrl: isDemo(wanted) || wanted === "custom" ? "" : wanted,
    interval: /^[0-9]+$/.test(interval) ? interval : "",
    autoconnect: parameters.get("autoconnect") === "1",
  };
}

/** Not `crypto.randomUUID`: a page that comes over plain http from another machine does not have it. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
