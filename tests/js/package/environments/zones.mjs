// Two sources in different zones of zone.js, whose URL is the argument. Prints the zones that each was called in, as JSON.
const { Zone } = await import(process.argv[2]).then(() => globalThis);
const { EventSource } = await import("wasm-eventsource");
const { next, open } = await import("./source.mjs");

/** Zones as Angular has them: they notice each task that is theirs. */
const tasks = { one: 0, two: 0 };
const zoneOf = (name) =>
  Zone.current.fork({
    name,
    onInvokeTask: (delegate, _, target, task, ...rest) => {
      tasks[name] += 1;
      return delegate.invokeTask(target, task, ...rest);
    },
  });

function make(name) {
  const zone = zoneOf(name);
  const seen = {};
  const note = (what) => (seen[what] ??= new Set()).add(Zone.current.name);
  const made = zone.run(() => open(EventSource, { onComment: () => note("onComment"), reconnect: { initialDelay: 1 } }));
  zone.run(() => {
    made.source.onmessage = () => note("onmessage");
    made.source.addEventListener("open", () => note("listener"));
  });
  zoneOf(`${name} subscriber`).run(() => made.source.subscribe(() => note("subscribe")));
  return { ...made, seen };
}

const sources = ["one", "two"].map(make);
await Promise.all(sources.map(({ source }) => next(source, "open")));
const ends = sources.map(({ source }) => next(source, "end"));
await Promise.all(sources.map(({ send }) => send(`: comment\n\n${"data: x\n\n".repeat(20)}event: end\ndata: x\n\n`)));
await Promise.all(ends);
// Only one of them has anything to do now.
const before = { ...tasks };
const again = next(sources[1].source, "end");
await sources[1].send(`${"data: x\n\n".repeat(200)}event: end\ndata: x\n\n`);
await again;
sources.forEach(({ source }) => source.close());
const [one, two] = sources.map(({ seen }) => Object.fromEntries(Object.entries(seen).map(([what, names]) => [what, [...names]])));
console.log(JSON.stringify({ one, two, tasksOfTheOther: tasks.one - before.one }));
