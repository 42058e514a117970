// Three tabs of which one leads, and what is to become of them.
import assert from "node:assert/strict";
import { poll } from "../lib/resources.mjs";
import { assertComplete, assertTold, reaches, silenceSince } from "./judge.mjs";

/** Between two events of a feed that goes by the clock, in milliseconds. */
export const TICK = 25;
/** How long until there are events again, in milliseconds. Twice as long is a failure: others use this machine, too. */
export const SOON = 1000;
export const LATER = 12_000;

/**
 * A tab that leads two groups and two that are members, of a server with IDs and one without; both go by the clock. `where` says for
 * each tab where its sources are, as Tab.begin() does.
 */
export async function threeTabs(scene, { where = ["", "", ""], roles = ["leader", "member", "member"], ...options } = {}) {
  const feeds = { ids: scene.feed(), none: scene.feed("?ids=none") };
  const tabs = await scene.open(3, options);
  for (const [index, tab] of tabs.entries()) {
    for (const [name, feed] of Object.entries(feeds)) {
      await tab.begin(name, feed.url, undefined, where[index]);
      await tab.heard(name, "open");
    }
  }
  for (const [name, feed] of Object.entries(feeds)) {
    assert.deepEqual(await Promise.all(tabs.map(async (tab) => (await tab.of(name)).shared)), roles);
    const { open, most } = await feed.record();
    assert.deepEqual({ open, most }, { open: 1, most: 1 });
    feed.begin(TICK);
  }
  await Promise.all(tabs.flatMap((tab) => Object.keys(feeds).map((name) => reaches(tab, name, 5))));
  return { tabs, feeds };
}

/** Once the others have events again, and all of them. Prints how long that took, and returns it. */
export async function goesOn(scene, feeds, others, since) {
  for (const [name, feed] of Object.entries(feeds)) {
    const { made } = await feed.record();
    await Promise.all(others.map((tab) => reaches(tab, name, made + 2)));
  }
  const silences = [];
  for (const [name, feed] of Object.entries(feeds)) {
    await feed.stop();
    const last = await feed.make();
    await Promise.all(others.map((tab) => reaches(tab, name, last)));
    for (const tab of others) {
      const what = await tab.of(name);
      if (name === "ids") {
        assertComplete(what.list, 1, last);
      } else {
        assertTold(what.list);
      }
      silences.push(silenceSince(since, what));
    }
  }
  const silence = Math.max(...silences);
  scene.tell(`events again after ${silence} ms`);
  return silence;
}

/** The others go on in time, with one more request, which has the ID to go on from; the old connection is gone, or will be. */
export async function judgeOthers(scene, feeds, others, since, limit, open = 1) {
  const silence = await goesOn(scene, feeds, others, since);
  for (const [name, feed] of Object.entries(feeds)) {
    const { lastEventIds } = await feed.record();
    assert.equal(lastEventIds.length, 2, `requests with ${lastEventIds}`);
    assert.equal(lastEventIds[1] !== null, name === "ids");
    await poll(async () => ((await feed.record()).open === open ? true : undefined), `${open} connections to be left`);
  }
  assert.ok(silence < 2 * limit, `events again after ${silence} ms`);
}

/** The leader's own list, once it is there again. One that was away is told that its connection is open again, as any source is. */
export async function judgeLeader(feeds, leader, { wasAway = false } = {}) {
  const last = await feeds.ids.make();
  await reaches(leader, "ids", last);
  const [ids, none] = [await leader.of("ids"), await leader.of("none")];
  const opens = ids.list.filter((what) => what === "open").length;
  assert.equal(opens, wasAway ? 2 : 1);
  assertComplete(["open", ...ids.list.filter((what) => what !== "open")], 1, last);
  assertTold(none.list);
  assert.deepEqual([ids.shared, none.shared], ["member", "member"]);
}
