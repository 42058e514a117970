// The page that each measurement has to itself. It is driven from outside: the functions of `bench`, one at a time.
import { delays } from "./delays.js";
import { Heartbeats } from "./heartbeats.js";
import { Tally } from "./tally.js";
import { watchWebAssembly, webAssemblyMemory } from "./wasm-memory.js";

const clientOf = (name) => import(`/clients/${name}.js`);
const NOT_THERE = { notThere: true };

globalThis.bench = {
  /** A stream as fast as it comes: `{ milliseconds, count, characters, hash }`, from the request to the last event. */
  async flood(name, request) {
    const client = await clientOf(name);
    if (client.isThere === false) {
      return NOT_THERE;
    }
    await warmUp(client);
    return flood(client, request);
  },

  /** The longest that the page could do nothing else meanwhile. */
  async blocking(name, request) {
    const client = await clientOf(name);
    if (client.isThere === false) {
      return NOT_THERE;
    }
    await warmUp(client);
    const heartbeats = new Heartbeats();
    await heartbeats.start();
    const { milliseconds } = await flood(client, request);
    return { milliseconds, ...(await heartbeats.stop()) };
  },

  /** From the import of the client to its first event, in milliseconds. */
  async first(name) {
    const began = performance.now();
    const client = await clientOf(name);
    if (client.isThere === false) {
      return NOT_THERE;
    }
    await warmUp(client);
    return { milliseconds: performance.now() - began };
  },

  /** The delay from the server's write to the listener, of each client in turn. */
  delays: async (names, ticks) => {
    const clients = await Promise.all(names.map(async (name) => ({ name, ...(await clientOf(name)) })));
    return delays(clients.filter(({ isThere }) => isThere !== false), ticks);
  },

  /** Opens a connection to each URL, and keeps it. */
  async hold(name, urls) {
    const client = await clientOf(name);
    if (client.isThere === false) {
      return NOT_THERE;
    }
    await Promise.all(urls.map((url) => new Promise((resolve) => held.push(client.open(url, resolve, "data")))));
    return { held: held.length };
  },

  /** Whether the browser's account of the heap has the memory of WebAssembly in it: Chromium's had not up to some version. */
  async countsWebAssembly() {
    const before = (await performance.measureUserAgentSpecificMemory?.())?.bytes;
    const memory = new WebAssembly.Memory({ initial: 160 });
    const after = (await performance.measureUserAgentSpecificMemory?.())?.bytes;
    return after - before > memory.buffer.byteLength / 2;
  },

  /** The bytes of the page's heap, null where the browser does not tell, and those of WebAssembly. */
  async memory() {
    const { bytes } = (await performance.measureUserAgentSpecificMemory?.()) ?? {};
    return { heap: bytes ?? null, wasm: webAssemblyMemory() };
  },
};

const held = [];

/** One event: after it whatever is loaded or compiled at the first use is there. */
async function warmUp({ open, warmUp: own }) {
  const url = "/bench/ticks?count=1";
  if (own) {
    await own(url);
  } else if (open) {
    let close;
    await new Promise((resolve) => (close = open(url, resolve, "data")));
    close();
  }
}

async function flood(client, { stream, mode, bytes }) {
  const url = `/bench/streams/${stream}`;
  const began = performance.now();
  const { result, close } = client.flood
    ? await client.flood(url, { mode, stream, bytes })
    : await tallied(client, url, mode, readsOf(mode, stream));
  const milliseconds = performance.now() - began;
  close();
  return { milliseconds, ...result };
}

function readsOf(mode, stream) {
  if (mode === "full") {
    return "all";
  }
  return stream === "B" ? "id" : "data";
}

async function tallied({ open }, url, mode, reads) {
  let close;
  const result = await new Promise((resolve) => (close = open(url, new Tally(resolve)[mode], reads)));
  return { result, close };
}

watchWebAssembly();
document.documentElement.dataset.ready = "";
