// A page whose policy forbids WebAssembly, and all else that is no script of its own origin. Of its parameters, `entry` is what it imports,
// from the folder `dist`; with `init` it calls init.js() before; with `fails` it waits for an error.
import { receive } from "/receive.js";

const told = [];
for (const method of ["warn", "error"]) {
  console[method] = (...values) => told.push(`${method}: ${values.map(String).join(" ")}`);
}
const violations = [];
addEventListener("securitypolicyviolation", ({ blockedURI }) => violations.push(blockedURI));

const parameters = new URLSearchParams(location.search);
const dist = parameters.get("dist") ?? "/node_modules/wasm-eventsource/dist/";
const native = globalThis.EventSource;
const { EventSource, init, stream } = await import(dist + parameters.get("entry"));

async function outcome() {
  if (parameters.has("fails")) {
    const source = new EventSource("/silence");
    const { message } = await new Promise((resolve) => (source.onerror = resolve));
    return { message, told };
  }
  if (parameters.has("init")) {
    init.js();
  }
  // What ./polyfill/force tries takes a moment.
  while (dist === "/incomplete/" && globalThis.EventSource !== native) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const Class = EventSource ?? globalThis.EventSource;
  const messages = await receive(Class);
  let streamed = false;
  for await (const _ of stream?.("/sse-demo.php") ?? []) {
    streamed = true;
    break;
  }
  return { isNative: Class === native, messages, streamed, told, violations };
}

window.outcome = await outcome();
