// What becomes of sources when the engine traps, which is a fault of ours: a trap of WebAssembly is caused by an address that there
// is not. Prints what was seen as JSON.
const BAD_ADDRESS = 0xffff_fff0;
/** Which export traps: `true` is all of them. */
let traps = false;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...given) {
  const exports = { ...new Instance(...given).exports };
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === "function") {
      exports[name] = (address, ...rest) => value(traps === true || traps === name ? BAD_ADDRESS : address, ...rest);
    }
  }
  return { exports };
};
const { EventSource } = await import("wasm-eventsource");
console.error = () => {};

/** A source, its body to be written to, and what has become of both. */
function open({ status = 200 } = {}) {
  const seen = { data: [], errors: [], aborted: false, asked: 0 };
  const body = new ReadableStream({ start: (controller) => (seen.body = controller) });
  const fetch = async (url, { signal }) => {
    signal.addEventListener("abort", () => (seen.aborted = true));
    return new Response(body, { status, headers: { "Content-Type": "text/event-stream" } });
  };
  const retryIf = () => {
    seen.asked += 1;
    return true;
  };
  const source = new EventSource("https://fake.test/", { fetch, reconnect: { retryIf } });
  source.onmessage = ({ data }) => seen.data.push(data);
  source.onerror = ({ reason, message }) => seen.errors.push([reason, message]);
  return { ...seen, source, seen, isOpen: new Promise((resolve) => (source.onopen = resolve)) };
}

const send = ({ body }, data) => body.enqueue(new TextEncoder().encode(`data: ${data}\n\n`));
const next = (source, type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));

/** What becomes of a source whose export of this name traps when this is done. */
async function trapIn(name, { status, isOpen, act }) {
  const one = open({ status });
  if (isOpen) {
    await one.isOpen;
    // What is awaited now is a chunk.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const failed = next(one.source, "error");
  traps = name;
  act?.(one);
  const atOnce = one.seen.aborted;
  await failed;
  traps = false;
  const { errors, data, aborted, asked } = one.seen;
  return { name, readyState: one.source.readyState, reasons: errors.map(([reason]) => reason), data, aborted, asked, atOnce };
}

const other = open();
await other.isOpen;
let last;
// Without the stack's being reset, these would use it up.
for (let round = 0; round < 500; round += 1) {
  last = open();
  await last.isOpen;
  const failed = next(last.source, "error");
  traps = true;
  send(last.seen, "lost");
  await failed;
  traps = false;
}
const entries = [
  await trapIn("engine_response", {}),
  await trapIn("engine_response", { status: 500 }),
  await trapIn("engine_refused", { status: 204 }),
  await trapIn("engine_next", { isOpen: true, act: ({ seen }) => send(seen, "lost") }),
  await trapIn("engine_chunk", { isOpen: true, act: ({ seen }) => send(seen, "lost") }),
  await trapIn("engine_text_length", { isOpen: true, act: ({ seen }) => send(seen, "lost") }),
  await trapIn("engine_receive", { isOpen: true, act: ({ seen }) => seen.body.close() }),
  await trapIn("engine_number", { isOpen: true, act: ({ seen }) => seen.body.close() }),
  await trapIn("engine_command", { isOpen: true, act: ({ source }) => source.reset() }),
  await trapIn("engine_command", { isOpen: true, act: ({ source }) => source.reconnect() }),
  await trapIn("engine_number", { isOpen: true, act: ({ source }) => source.reconnectionTime }),
  await trapIn("engine_text_length", { isOpen: true, act: ({ source }) => source.lastEventId }),
];
// A trap while a source is closed is nobody's.
const closed = open();
await closed.isOpen;
traps = true;
closed.source.close();
traps = false;
await new Promise((resolve) => setTimeout(resolve, 20));
const came = next(other.source, "message");
send(other.seen, "goes on");
await came;
console.log(
  JSON.stringify({
    trapped: { readyState: last.source.readyState, errors: last.seen.errors, aborted: last.seen.aborted, data: last.seen.data },
    entries,
    closed: { readyState: closed.source.readyState, errors: closed.seen.errors, aborted: closed.seen.aborted },
    other: { readyState: other.source.readyState, errors: other.seen.errors, data: other.seen.data },
  }),
);
other.source.close();
