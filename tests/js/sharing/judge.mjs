// Each tab's list against what was sent.
import assert from "node:assert/strict";
import { poll } from "../lib/resources.mjs";

const isEvent = (what) => typeof what === "number";

/** How long until a tab has what was sent; a stopped leader may be replaced meanwhile. */
const PATIENCE = 30_000;

/** Once the tab has heard the event of this number, or a later one. */
export function reaches(tab, name, number) {
  const has = async () => ((await tab.latest(name)) >= number ? true : undefined);
  return poll(has, `event ${number} of ${name}`, PATIENCE);
}

/** Every event of the feed from `first` on, in order, once, and nothing else was told but that the connection is open. */
export function assertComplete(list, first, last) {
  assert.deepEqual(list, ["open", ...Array.from({ length: last - first + 1 }, (_, index) => first + index)]);
}

/** Every event from the first one on, in order, once; or it was told before the next one that some are missing. */
export function assertTold(list) {
  let last;
  let told = [];
  for (const what of list) {
    if (!isEvent(what)) {
      told.push(what);
      continue;
    }
    if (last !== undefined && what !== last + 1) {
      assert.ok(what > last, `${what} after ${last}`);
      assert.deepEqual(told, ["error", "open"], `what was told of a gap between ${last} and ${what}`);
    }
    last = what;
    told = [];
  }
}

/** How long there were no events, at most, since this time; in milliseconds. */
export function silenceSince(time, { list, times }) {
  const arrivals = times.filter((_, index) => isEvent(list[index]));
  const lengths = arrivals.slice(1).map((arrival, index) => (arrival < time ? 0 : arrival - Math.max(arrivals[index], time)));
  return Math.max(...lengths);
}
