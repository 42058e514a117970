// Another platform than Node, by what is global. Its name is the argument. Prints what a listener and a loop got, as JSON.
const { createElementNS } = { createElementNS: () => new Element() };

/** Fires nothing, as jsdom's. */
class Element extends EventTarget {
  toggleAttribute() {}
}

const dead = () => {};
const stub = () => {
  throw new Error("setImmediate is not supported here");
};
const jsdom = { HTMLDetailsElement: Element, document: { createElementNS, visibilityState: "visible" } };
const platforms = {
  // setImmediate is another thing than Node's, in a window of a browser and of Electron.
  jsdom: { ...jsdom },
  jest: { ...jsdom, setImmediate: undefined, MessageChannel: undefined },
  polyfilled: { process: undefined, setImmediate: dead },
  bundled: { process: { env: {}, versions: { node: "16.0.0" }, browser: true }, setImmediate: dead },
  electron: { process: Object.assign(Object.create(process), { type: "renderer" }), setImmediate: dead },
  edge: { process: { env: {} }, setImmediate: stub, MessageChannel: undefined, EdgeRuntime: "edge-light" },
  edgeWithPorts: { process: { env: {} }, setImmediate: stub, EdgeRuntime: "edge-light" },
  old: { process: Object.assign(Object.create(process), { getBuiltinModule: undefined }) },
  bare: { process: undefined, setImmediate: undefined, MessageChannel: undefined, performance: { markResourceTiming() {} } },
};

const { exit, stdout } = process;
for (const [name, value] of Object.entries(platforms[process.argv[2]])) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
const { EventSource } = await import("wasm-eventsource");
const { next, open } = await import("./source.mjs");
const { source, send } = open(EventSource);
await next(source, "open");
const trace = [];
source.onmessage = async ({ data }) => {
  trace.push(data);
  await null;
  await null;
  trace.push(`after ${data}`);
};
const ended = next(source, "end");
await send(`${[1, 2, 3].map((data) => `data: ${data}\n\n`).join("")}event: end\ndata: x\n\n`);
await ended;
stdout.write(JSON.stringify(trace), () => exit());
