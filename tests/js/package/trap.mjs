// What becomes of sources when the engine traps, which is a fault of ours: a trap of WebAssembly is caused by an address that there
// is not. Prints what was seen as JSON.
const BAD_ADDRESS = 0xffff_fff0;
/** All calls trap, or the one that is left after so many. */
let traps = false;
let left = Infinity;
let calls = 0;

/** Whether this call is to trap. */
function isToTrap() {
  calls += 1;
  left -= 1;
  return traps || left === -1;
}

const { Instance } = WebAssembly;
WebAssembly.Instance = function (...given) {
  const exports = { ...new Instance(...given).exports };
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value === "function") {
      // What takes no address does not trap.
      exports[name] = value.length === 0 ? value : (address, ...rest) => value(isToTrap() ? BAD_ADDRESS : address, ...rest);
    }
  }
  return { exports };
};
const { EventSource, stream } = await import("wasm-eventsource");
console.error = () => {};

/** A source, its body to be written to, and what has become of both. */
function open({ status = 200 } = {}) {
  const seen = { data: [], errors: [], requests: 0, aborted: 0 };
  const fetch = async (url, { signal }) => {
    seen.requests += 1;
    signal.addEventListener("abort", () => (seen.aborted += 1));
    const body = status === 200 ? new ReadableStream({ start: (controller) => (seen.body = controller) }) : "busy";
    return new Response(body, { status, headers: { "Content-Type": "text/event-stream" } });
  };
  const retryIf = () => {
    // How many calls there were by then.
    seen.asked = calls;
    return true;
  };
  const source = new EventSource("https://fake.test/", { fetch, reconnect: { retryIf } });
  source.onmessage = ({ data }) => seen.data.push(data);
  source.onerror = ({ reason, message }) => seen.errors.push([reason, message]);
  return { ...seen, source, seen, isOpen: new Promise((resolve) => (source.onopen = resolve)) };
}

const send = ({ body }, data) => body.enqueue(new TextEncoder().encode(`data: ${data}\n\n`));
const next = (source, type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));

const pause = () => new Promise((resolve) => setTimeout(resolve, 2));

/** Leads a source from its beginning to its first loss, and traps at a call on the way. */
async function play(status, trapAt) {
  calls = 0;
  left = trapAt;
  const one = open({ status });
  await pause();
  await pause();
  const { source, seen } = one;
  if (status === 200) {
    // Its request is there unless it has trapped.
    seen.requests > seen.aborted && send(seen, "a");
    await pause();
    source.reset();
    source.reconnectionTime;
    source.lastEventId;
    source.reconnect();
    await pause();
  }
  const [used, hasTrapped] = [calls, left < 0];
  left = Infinity;
  await pause();
  const { errors, data, requests, aborted, asked } = seen;
  const { readyState } = source;
  source.close();
  return { used, hasTrapped, asked, readyState, reasons: errors.map(([reason]) => reason), data, open: requests - aborted };
}

/** The same for each call that there is. */
async function playAll(status) {
  const whole = await play(status, Infinity);
  const trapped = [];
  for (let trapAt = 0; trapAt < whole.used; trapAt += 1) {
    // The last calls may not come: how many there are depends on time.
    const played = await play(status, trapAt);
    trapped.push(...(played.hasTrapped ? [played] : []));
  }
  return { whole, trapped };
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
const accepted = await playAll(200);
const refused = await playAll(500);
// A trap while a source is closed is nobody's.
const closed = open();
await closed.isOpen;
traps = true;
closed.source.close();
traps = false;
await new Promise((resolve) => setTimeout(resolve, 20));

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
    accepted,
    refused,
    closed: { readyState: closed.source.readyState, errors: closed.seen.errors, aborted: closed.seen.aborted },
    other: { readyState: other.source.readyState, errors: other.seen.errors, data: other.seen.data },
  }),
);
other.source.close();
