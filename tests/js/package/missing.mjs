// Imports every entry where globals are missing: those of the argument, separated by commas. Then makes a source and a stream; then
// does so once more with the globals in place, as with a polyfill that has come late. Prints what happened as JSON.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { receive } from "./receive.js";

const url = "http://example.org/";
const [names, origin] = process.argv.slice(2);
const dist = new URL("node_modules/wasm-eventsource/dist/", import.meta.url);
const classic = await readFile(new URL("wasm-eventsource.global.js", dist), "utf8");
const require = createRequire(import.meta.url);
const external = new URL("external.js", dist).href;
// Node loads its own fetch when that is first used, and it needs some of these globals itself.
await (await fetch(origin)).text();
await new Promise(setImmediate);
const chunks = () => [new Uint8Array([..."data: last\n\n"].map((character) => character.charCodeAt()))];
globalThis.fetch = async () => {
  const left = chunks();
  return {
    status: 200,
    headers: { get: (name) => (name === "Content-Type" ? "text/event-stream" : null) },
    url: "",
    redirected: false,
    body: {
      getReader: () => ({
        read: async () => (left.length > 0 ? { done: false, value: left.shift() } : new Promise(() => {})),
        cancel: async () => {},
      }),
    },
  };
};

const missing = names.split(",").map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
for (const [name] of missing) {
  delete globalThis[name];
}

const ways = [
  ...["", "/external", "/shared", "/shared-worker", "/stream", "/polyfill", "/polyfill/force"].map((entry) => [
    `import wasm-eventsource${entry}`,
    () => import(`wasm-eventsource${entry}`),
  ]),
  // What browsers get of `./external`, which is not what Node gets.
  ["import external.js", () => import(external)],
  ...["index", "shared", "shared-worker", "stream", "polyfill", "polyfill-force"].map((name) => [
    `require ${name}.cjs`,
    () => require(`./node_modules/wasm-eventsource/dist/${name}.cjs`),
  ]),
  ["a classic script", () => (0, eval)(classic)],
];
const failed = [];
for (const [what, load] of ways) {
  try {
    await load();
  } catch (error) {
    failed.push(`${what}: ${error}`);
  }
}

const { EventSource, stream } = await import("wasm-eventsource");
class Derived extends EventSource {}
const told = (error) => `${error.name}: ${error.message}`;

/** What the constructor throws, or what the error event says. */
function construct() {
  try {
    const source = new Derived(url);
    return new Promise((resolve) => {
      source.onerror = ({ reason, message }) => resolve(`${reason}: ${message}`);
      source.onopen = () => resolve("open");
    }).finally(() => source.close());
  } catch (error) {
    return told(error);
  }
}

async function iterate() {
  try {
    await stream(url).next();
    return "open";
  } catch (error) {
    return told(error);
  }
}

const constants = [EventSource.CONNECTING, EventSource.prototype.CLOSED];
const seen = { failed, constants, source: await construct(), stream: await iterate() };
for (const [name, descriptor] of missing) {
  Object.defineProperty(globalThis, name, descriptor);
}
const source = new Derived(url);
const inherits = [EventSource, EventTarget].every((Class) => source instanceof Class) && Derived.length === 0;
source.close();
const thrown = (() => {
  try {
    new EventSource("http://");
    return undefined;
  } catch (error) {
    return error.name;
  }
})();
process.stdout.write(JSON.stringify({ ...seen, later: await receive(Derived, url), inherits, thrown }));
process.exit();
