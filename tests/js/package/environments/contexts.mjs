// Two sources in different contexts of AsyncLocalStorage. Prints the contexts that each was called in, as JSON.
import { AsyncLocalStorage } from "node:async_hooks";
import { EventSource } from "wasm-eventsource";
import { next, open } from "./source.mjs";

const storage = new AsyncLocalStorage();

function make(name) {
  return storage.run(name, () => {
    const seen = {};
    const note = (what) => (seen[what] ??= new Set()).add(storage.getStore() ?? "none");
    const headers = () => {
      note("headers");
      return {};
    };
    const onComment = () => note("onComment");
    const made = open(EventSource, { headers, onComment, reconnect: { initialDelay: 1 } });
    const { source } = made;
    source.onopen = () => note("onopen");
    source.onerror = () => note("onerror");
    source.subscribe(() => note("subscribe"));
    return { ...made, seen, note };
  });
}

const sources = ["one", "two"].map(make);
for (const { source, note } of sources) {
  // Added and asked for elsewhere: the source's context holds.
  source.addEventListener("message", async () => {
    note("listener");
    await null;
    note("after an await");
  });
  await next(source, "open");
}
for (const round of [0, 1]) {
  const heard = sources.map(({ source }) => next(source, "end"));
  // Both have turns in one task.
  await Promise.all(sources.map(({ send }) => send(`retry: 1\n\n: comment\n\n${"data: x\n\n".repeat(20)}event: end\ndata: x\n\n`, round)));
  await Promise.all(heard);
  const opened = sources.map(({ source }) => next(source, "open"));
  if (round === 0) {
    (await sources[0].body(0)).close();
    storage.run("elsewhere", () => sources[1].source.reconnect());
    await Promise.all(opened);
  }
}
// A loop is asked from elsewhere, in a call of which the callbacks run.
const [{ source, send }] = sources;
const loop = source.events({ preventClose: true });
source.onmessage = null;
const asked = storage.run("elsewhere", () => loop.next());
await send("event: unheard\ndata: y\n\nevent: unheard\ndata: z\n\n", 1);
await asked;
await storage.run("elsewhere", () => loop.next());
const [one, two] = sources.map(({ seen }) => Object.fromEntries(Object.entries(seen).map(([what, names]) => [what, [...names]])));

// What is asked in retryIf and thrown by a loop, by a source that is refused.
const asks = new Set();
const refused = storage.run("three", () => {
  const retryIf = () => {
    asks.add(storage.getStore() ?? "none");
    return asks.size === 0;
  };
  return new EventSource("https://fake.test/", { fetch: async () => new Response("", { status: 500 }), reconnect: { retryIf } });
});
await next(refused, "error");
sources.forEach(({ source }) => source.close());
console.log(JSON.stringify({ one, two, retryIf: [...asks] }));
