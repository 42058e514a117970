// What becomes of sources when the engine traps, which is a fault of ours: a trap of WebAssembly is caused by an address that there
// is not. Prints what was seen as JSON.
const BAD_ADDRESS = 0xffff_fff0;
let traps = false;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (...given) {
  const exports = { ...new Instance(...given).exports };
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === "function") {
      exports[name] = (address, ...rest) => value(traps ? BAD_ADDRESS : address, ...rest);
    }
  }
  return { exports };
};
const { EventSource, stream } = await import("wasm-eventsource");
console.error = () => {};

/** A source, its body to be written to, and what has become of both. */
function open() {
  const seen = { data: [], errors: [], aborted: false };
  const body = new ReadableStream({ start: (controller) => (seen.body = controller) });
  const fetch = async (url, { signal }) => {
    signal.addEventListener("abort", () => (seen.aborted = true));
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  };
  const source = new EventSource("https://fake.test/", { fetch });
  source.onmessage = ({ data }) => seen.data.push(data);
  source.onerror = ({ reason, message }) => seen.errors.push([reason, message]);
  return { ...seen, source, seen, isOpen: new Promise((resolve) => (source.onopen = resolve)) };
}

const send = ({ body }, data) => body.enqueue(new TextEncoder().encode(`data: ${data}\n\n`));
const next = (source, type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));

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

/** What is thrown to who reads, by `stream()` and by a loop. */
async function thrownTo(iterate) {
  let body;
  const readable = new ReadableStream({ start: (controller) => (body = controller) });
  const events = iterate(new Response(readable, { headers: { "Content-Type": "text/event-stream" } }));
  const first = events.next();
  send({ body }, "first");
  await first;
  const asked = events.next();
  traps = true;
  send({ body }, "lost");
  const { name, reason, cause } = await asked.catch((error) => error);
  traps = false;
  return [name, reason, cause?.name];
}
const thrown = [
  await thrownTo((response) => stream(response)),
  await thrownTo((response) => new EventSource("https://fake.test/", { fetch: async () => response }).events()),
];

const came = next(other.source, "message");
send(other.seen, "goes on");
await came;
console.log(
  JSON.stringify({
    thrown,
    trapped: { readyState: last.source.readyState, errors: last.seen.errors, aborted: last.seen.aborted, data: last.seen.data },
    other: { readyState: other.source.readyState, errors: other.seen.errors, data: other.seen.data },
  }),
);
other.source.close();
