// Listeners of very many types that come and go. Prints how many bytes more a source
// keeps of each than an EventTarget, as JSON.
// To be run with --expose-gc.
import { EventSource } from "wasm-eventsource";
import { open } from "./source.mjs";

const TYPES = 2_000;
/** Types are long, so that what is kept of them stands out. */
const PADDING = "x".repeat(1000);
const { signal } = new AbortController();
const listener = () => {};

const ways = {
  removed: (target, type) => {
    target.addEventListener(type, listener);
    target.removeEventListener(type, listener);
  },
  capturing: (target, type) => {
    target.addEventListener(type, listener, true);
    target.removeEventListener(type, listener, { capture: true });
  },
  once: (target, type) => {
    target.addEventListener(type, listener, { once: true });
    target.dispatchEvent(new Event(type));
  },
  onceRemoved: (target, type) => {
    target.addEventListener(type, listener, { once: true });
    target.removeEventListener(type, listener);
  },
  aborted: (target, type) => {
    const controller = new AbortController();
    target.addEventListener(type, listener, { signal: controller.signal });
    controller.abort();
  },
  withSignalThatStays: (target, type) => {
    target.addEventListener(type, listener, { signal });
    target.removeEventListener(type, listener);
  },
  abortedBefore: (target, type) => target.addEventListener(type, listener, { signal: AbortSignal.abort() }),
  none: (target, type) => target.addEventListener(type, null),
  neverThere: (target, type) => target.removeEventListener(type, listener),
};

async function used() {
  for (let round = 0; round < 3; round += 1) {
    // What is weak is let go of in a task.
    await new Promise((resolve) => setTimeout(resolve, 5));
    globalThis.gc();
  }
  return process.memoryUsage().heapUsed;
}

/** What the target has kept of each type, in bytes. */
async function keptBy(target, use) {
  const before = await used();
  for (let index = 0; index < TYPES; index += 1) {
    use(target, [index, PADDING].join(""));
  }
  return ((await used()) - before) / TYPES;
}

const kept = {};
for (const [name, use] of Object.entries(ways)) {
  const { source } = open(EventSource);
  // The platform keeps something of its own.
  const [ofPlatform, ofSource] = [await keptBy(new EventTarget(), use), await keptBy(source, use)];
  kept[name] = Math.round(ofSource - ofPlatform);
  source.close();
}
// The count counts.
const { source } = open(EventSource);
kept.listenedTo = Math.round(await keptBy(source, (target, type) => target.addEventListener(type, listener)));
source.close();
console.log(JSON.stringify(kept));
