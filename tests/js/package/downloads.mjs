// Downloads of the WebAssembly of `./external` that fail, and init(). Prints what became of each as JSON. In Node, with a fetch
// that plays a script: what browsers get of this entry is loaded as a file.
import { readFile } from "node:fs/promises";

const dist = new URL("node_modules/wasm-eventsource/dist/", import.meta.url);
const wasm = await readFile(new URL("wasm-eventsource.wasm", dist));
const events = new EventTarget();
for (const method of ["addEventListener", "removeEventListener"]) {
  // Of a window, which Node has not.
  globalThis[method] = (...args) => events[method](...args);
}

const OK = () => new Response(wasm, { headers: { "Content-Type": "application/wasm" } });
const NO_TYPE = () => new Response(wasm);
const HTML = () => new Response("<!doctype html>", { headers: { "Content-Type": "text/html; charset=utf-8" } });
const status = (status) => () => new Response("no", { status, headers: { "Content-Type": "text/html" } });
const LOST = () => Promise.reject(new TypeError("fetch failed"));
const CUT = () => new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) }));
const GARBAGE = () => new Response("garbage", { headers: { "Content-Type": "application/wasm" } });

let modules = 0;
const told = [];
console.error = (...values) => told.push(values.map(String).join(" "));

/** A fresh copy of the entry whose downloads come to these, the last one again and again. */
async function copy(...answers) {
  const seen = { urls: [], requests: 0 };
  globalThis.fetch = async (url) => {
    if (`${url}`.startsWith("http://events.test/")) {
      seen.requests += 1;
      const body = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("data: x\n\n")) });
      return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
    }
    seen.urls.push(`${url}`.split("/").at(-1));
    return (answers.length > 1 ? answers.shift() : answers[0])();
  };
  modules += 1;
  return { ...(await import(new URL(`external.js?${modules}`, dist).href)), seen };
}

const SOON = { initialDelay: 0, maxDelay: 1 };

/** Makes a source, and says what it told until it had an event or was CLOSED. `failed` is called at each error. */
function outcome({ EventSource }, reconnect = SOON, failed = () => {}) {
  const source = new EventSource("http://events.test/", { reconnect });
  const log = [];
  return new Promise((resolve) => {
    const end = () => {
      source.close();
      resolve(log);
    };
    source.onmessage = ({ data }) => {
      log.push(data);
      end();
    };
    source.onerror = ({ reason, message, attempt, reconnectsIn }) => {
      log.push([source.readyState, reason, attempt, typeof reconnectsIn, message]);
      failed(source, reconnectsIn);
      if (source.readyState === EventSource.CLOSED) {
        end();
      }
    };
  });
}

const results = {};
const failing = await copy(LOST, CUT, status(503), status(429), status(408), NO_TYPE);
results.retried = await outcome(failing);
results.retriedDownloads = failing.seen.urls.length;

const shared = await copy(LOST, OK);
results.shared = (await Promise.all([1, 2, 3].map(() => outcome(shared)))).map((log) => log.at(-1));
results.sharedDownloads = shared.seen.urls.length;

results.limited = await outcome(await copy(LOST), { ...SOON, maxAttempts: 2 });
results.never = await outcome(await copy(LOST), false);
for (const [name, answer] of Object.entries({ missing: status(404), forbidden: status(403), html: HTML, garbage: GARBAGE })) {
  const broken = await copy(answer);
  told.length = 0;
  results[name] = [...(await outcome(broken)), broken.seen.urls.length, told.length];
  const error = await broken.stream("http://events.test/").next().catch((error) => error);
  results[`${name}Stream`] = `${error.message} ${error.cause?.message}`;
}

const LATE = { initialDelay: 2 ** 30, maxDelay: 2 ** 30 };
results.reconnected = await outcome(await copy(LOST, OK), LATE, (source) => source.reconnect());
results.online = await outcome(await copy(LOST, OK), LATE, () => setTimeout(() => events.dispatchEvent(new Event("online"))));

// One waits, and the other has loaded the engine meanwhile.
const waiting = await copy(LOST, OK);
results.waited = await outcome(waiting, LATE, async (source) => {
  await outcome(waiting);
  source.reconnect();
});
results.waitedRequests = waiting.seen.requests;

const delays = [];
await outcome(await copy(LOST), { initialDelay: 1000, maxDelay: 4000 }, (source, delay) => {
  delays.push(delay);
  delays.length < 20 ? source.reconnect() : source.close();
});
results.delays = delays.every((delay) => delay >= 1000 && delay <= 4000) && delays[0] <= 2000 && new Set(delays).size > 1;

const closed = await copy(LOST, OK);
results.closed = await outcome(closed, SOON, (source) => {
  source.close();
  source.reconnect();
  source.verify();
});
await new Promise((resolve) => setTimeout(resolve, 50));
results.closedDownloads = closed.seen.urls.length;

const given = {
  url: new URL("http://elsewhere.test/a.wasm"),
  string: "http://elsewhere.test/b.wasm",
  response: OK(),
  promise: Promise.resolve(OK()),
  stringLater: Promise.resolve("http://elsewhere.test/c.wasm"),
  buffer: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength),
  view: wasm,
  module: new WebAssembly.Module(wasm),
  moduleLater: WebAssembly.compile(wasm),
};
for (const [name, value] of Object.entries(given)) {
  const taking = await copy(OK);
  taking.init({ wasm: value });
  results[`init ${name}`] = [...(await outcome(taking)), ...taking.seen.urls];
}

const thrownBy = (call) => {
  try {
    call();
    return null;
  } catch (error) {
    return `${error.name}: ${error.message}`;
  }
};
const strict = await copy(OK);
results.bad = [undefined, null, 1, {}, { wasm: null }, { wasm: 5 }, { wasm: {} }, { wasm: "http://[" }, { wasm: [] }].map((value) =>
  thrownBy(() => strict.init(value)),
);
await outcome(strict);
results.late = thrownBy(() => strict.init({ wasm }));
for (const [name, make] of Object.entries({ refused: status(500), rejected: () => Promise.reject(new Error("not today")), nothing: () => Promise.resolve(null) })) {
  const taking = await copy(OK);
  taking.init({ wasm: make() });
  results[name] = await outcome(taking);
}
const again = await copy(status(404));
await outcome(again);
results.afterFailure = thrownBy(() => again.init({ wasm })) ?? (await outcome(again));

const { EventSource, init, stream } = await import("wasm-eventsource");
results.inline = thrownBy(() => init({ wasm: "anywhere" }));
// A module is used: there may be no other way.
const { Module } = WebAssembly;
const compiled = new Module(wasm);
WebAssembly.Module = null;
init({ wasm: compiled });
results.inlineModule = await outcome({ EventSource, stream });
WebAssembly.Module = Module;

const { init: initJs, ...js } = await import("wasm-eventsource/js");
const { WebAssembly: own } = globalThis;
delete globalThis.WebAssembly;
initJs({ wasm: "anywhere" });
results.js = await outcome(js);
globalThis.WebAssembly = own;
process.stdout.write(JSON.stringify(results));
