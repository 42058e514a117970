// Each measurement opens windows of a scene of its own, and closes them.
import { Port } from "../../tests/js/harness/stream.js";
import { delay } from "../../tests/js/lib/resources.mjs";
import { reaches } from "../../tests/js/sharing/judge.mjs";
import { contentProcesses } from "../browser/measure/memory.mjs";

const SHARED = { shared: true };
const LONE = {};

/** Of the events whose delay is measured, and between two of them, in milliseconds. */
const DELAYED = 1000;
const INTERVAL = 5;

/** How much later a member hears an event than a lone source in the same page does, in milliseconds; and two lone sources. */
export async function delays(scene, rounds) {
  const found = { member: [], lone: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, init] of [["member", SHARED], ["lone", LONE]]) {
      found[name].push(...(await delaysOf(scene, init)));
    }
  }
  return found;
}

async function delaysOf(scene, init) {
  const feed = scene.feed();
  const [leader, tab] = await scene.open(2);
  await leader.begin("leader", feed.url, SHARED);
  await leader.heard("leader", "open");
  await tab.run(
    `async (url, one) => {
      window.arrivals = [one, {}].map((init) => {
        const source = new Source(url, init);
        const times = [];
        source.onmessage = () => times.push(performance.now());
        return { source, times, opened: new Promise((resolve) => (source.onopen = () => resolve(null))) };
      });
      await Promise.all(arrivals.map(({ opened }) => opened));
    }`,
    feed.url,
    init,
  );
  await feed.makeEach(INTERVAL, DELAYED);
  const differences = await tab.waitFor(
    `(count) => {
      const [one, other] = arrivals.map(({ times }) => times);
      return one.length < count || other.length < count ? null : one.map((time, index) => time - other[index]);
    }`,
    "all events",
    DELAYED,
  );
  await Promise.all([leader.close(), tab.close()]);
  return differences;
}

const TABS = [1, 2, 6, 20];
/** Less than a leader waits for: a member that is further behind than 1 MiB for a second goes on with a connection of its own. */
const FLOOD = 30_000;

/** Events per second that each of so many tabs gets of a flood, shared; and a lone source, with one tab. */
export async function speeds(scene, rounds) {
  const found = new Map([["lone", []], ...TABS.map((count) => [count, []])]);
  for (let round = 0; round < rounds; round += 1) {
    found.get("lone").push(await speed(scene, 1, LONE));
    for (const count of TABS) {
      found.get(count).push(await speed(scene, count, SHARED));
    }
  }
  return Object.fromEntries(found);
}

/** From the first event of all tabs to the last one. */
async function speed(scene, count, init) {
  const feed = scene.feed();
  const tabs = await scene.open(count);
  for (const tab of tabs) {
    await tab.begin("a", feed.url, init);
    await tab.heard("a", "open");
  }
  await feed.make(FLOOD);
  await Promise.all(tabs.map((tab) => reaches(tab, "a", FLOOD)));
  const spans = await Promise.all(tabs.map((tab) => tab.run("() => [sources.a.times[1], sources.a.times.at(-1)]")));
  const { most } = await feed.record();
  if (most !== 1) {
    throw new Error(`${most} connections: a member was too slow for its leader`);
  }
  for (const tab of tabs) {
    await tab.close();
  }
  const [first, last] = [Math.min(...spans.map(([begun]) => begun)), Math.max(...spans.map(([, ended]) => ended))];
  return (1000 * FLOOD) / (last - first);
}

const IDLE = 20;
/** A browser makes six connections to one origin. */
const PER_ORIGIN = 5;

/** What so many idle sources add to the memory of a page that has one already, each, in bytes: members of a group, or lone ones. */
export async function memory(scene, rounds) {
  const found = { member: [], lone: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, init] of [["member", SHARED], ["lone", LONE]]) {
      found[name].push(await memoryOf(scene, init));
    }
  }
  return found;
}

async function memoryOf(scene, init) {
  const ports = await Promise.all(Array.from({ length: IDLE / PER_ORIGIN }, () => Port.reserve(scene.origins)));
  await Promise.all(ports.map((port) => port.open()));
  const feed = new URL(scene.feed().url).pathname;
  const [tab] = await scene.open(1);
  const id = await tab.process();
  await tab.begin("first", `${ports[0].origin}${feed}`, init);
  await tab.heard("first", "open");
  const before = await settled(scene, id);
  for (let index = 0; index < IDLE; index += 1) {
    const { origin } = ports[init.shared ? 0 : Math.floor(index / PER_ORIGIN)];
    await tab.begin(`idle ${index}`, `${origin}${feed}`, init);
    await tab.heard(`idle ${index}`, "open");
  }
  const after = await settled(scene, id);
  await tab.close();
  await Promise.all(ports.map((port) => port.close()));
  return (after - before) / IDLE;
}

/** The memory of a process, once it has given back what it will. */
async function settled(scene, id) {
  let last = Infinity;
  for (;;) {
    await delay(500);
    const bytes = (await contentProcesses(scene.pid)).get(id);
    if (bytes > 0.99 * last) {
      return bytes;
    }
    last = bytes;
  }
}
