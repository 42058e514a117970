// `{ name, options, body }`. Options: `only` one browser; `insecure`, for pages that are in no secure context.
import assert from "node:assert/strict";
import { delay, poll } from "../lib/resources.mjs";
import { assertComplete, assertTold, reaches, silenceSince } from "./judge.mjs";

export const tests = [];
const test = (name, options, body) => tests.push({ name, options, body });

/** Between two events of a feed that goes by the clock, in milliseconds. */
const TICK = 25;
/** How long until there are events again, in milliseconds. Twice as long is a failure: others use this machine, too. */
const SOON = 1000;
const LATER = 12_000;

/** A tab that leads two groups and two that are members, of a server with IDs and one without; both go by the clock. */
async function threeTabs(scene, options) {
  const feeds = { ids: scene.feed(), none: scene.feed("?ids=none") };
  const tabs = await scene.open(3, options);
  for (const tab of tabs) {
    for (const [name, feed] of Object.entries(feeds)) {
      await tab.begin(name, feed.url);
      await tab.heard(name, "open");
    }
  }
  for (const [name, feed] of Object.entries(feeds)) {
    const roles = await Promise.all(tabs.map(async (tab) => (await tab.of(name)).shared));
    assert.deepEqual(roles, ["leader", "member", "member"]);
    const { open, most } = await feed.record();
    assert.deepEqual({ open, most }, { open: 1, most: 1 });
    feed.begin(TICK);
  }
  await Promise.all(tabs.flatMap((tab) => Object.keys(feeds).map((name) => reaches(tab, name, 5))));
  return { tabs, feeds };
}

/** What has become of the others, once they have events again, and have all of them. Prints how long that took. */
async function judgeOthers(scene, feeds, others, since, limit, open = 1) {
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
    const { lastEventIds } = await feed.record();
    assert.equal(lastEventIds.length, 2, `requests with ${lastEventIds}`);
    assert.equal(lastEventIds[1] !== null, name === "ids");
    await poll(async () => ((await feed.record()).open === open ? true : undefined), `${open} connections to be left`);
  }
  const silence = Math.max(...silences);
  scene.tell(`events again after ${silence} ms`);
  assert.ok(silence < 2 * limit, `events again after ${silence} ms`);
}

/** The leader's own list, once it is there again. One that was away is told that its connection is open again, as any source is. */
async function judgeLeader(feeds, leader, { wasAway = false } = {}) {
  const last = await feeds.ids.make();
  await reaches(leader, "ids", last);
  const [ids, none] = [await leader.of("ids"), await leader.of("none")];
  const opens = ids.list.filter((what) => what === "open").length;
  assert.equal(opens, wasAway ? 2 : 1);
  assertComplete(["open", ...ids.list.filter((what) => what !== "open")], 1, last);
  assertTold(none.list, wasAway ? ["open"] : ["error", "open"]);
  assert.deepEqual([ids.shared, none.shared], ["member", "member"]);
}

test("a leader that is stopped is replaced, and a member when it goes on", {}, async (scene) => {
  const { tabs: [leader, ...others], feeds } = await threeTabs(scene);
  const id = await leader.process();
  const since = Date.now();
  process.kill(id, "SIGSTOP");
  await judgeOthers(scene, feeds, others, since, LATER, 2).finally(() => process.kill(id, "SIGCONT"));
  await judgeLeader(feeds, leader);
});

test("ten native sources have six connections, and a fetch in the tenth tab hangs", {}, async (scene) => {
  const feed = scene.feed();
  const tabs = await scene.open(10, { implementation: "native" });
  for (const tab of tabs) {
    await tab.begin("a", feed.url);
  }
  await poll(async () => ((await feed.record()).open === 6 ? true : undefined), "six connections");
  await tabs[9].run("(url) => { fetch(url).then(() => (window.isAnswered = true)); }", `${feed.url}/record`);
  await delay(1000);
  assert.equal(await tabs[9].run("() => window.isAnswered"), null);
  const { open, most } = await feed.record();
  assert.deepEqual({ open, most }, { open: 6, most: 6 });
  for (const tab of tabs) {
    await tab.run("() => sources.a.source.close()");
  }
  await tabs[9].waitFor("() => window.isAnswered", "the answer");
});

test("ten tabs have one connection, and a fetch in the tenth is answered at once", {}, async (scene) => {
  const feed = scene.feed();
  const tabs = await scene.open(10);
  const joined = [];
  for (const tab of tabs) {
    await tab.begin("a", feed.url);
    await tab.heard("a", "open");
    joined.push(await feed.make(3));
    await tab.heard("a", joined.at(-1));
  }
  const took = await tabs[9].run(
    "async (url) => { const begun = performance.now(); await fetch(url); return performance.now() - begun; }",
    `${feed.url}/record`,
  );
  scene.tell(`fetch answered after ${Math.round(took)} ms`);
  const last = await feed.make(100);
  for (const [index, tab] of tabs.entries()) {
    await reaches(tab, "a", last);
    const { list, shared } = await tab.of("a");
    assertComplete(list, joined[index] - 2, last);
    assert.equal(shared, index === 0 ? "leader" : "member");
  }
  const { open, most, lastEventIds } = await feed.record();
  assert.deepEqual({ open, most, lastEventIds }, { open: 1, most: 1, lastEventIds: [null] });
});

test("a leader that is wedged is replaced, and a member afterwards", {}, async (scene) => {
  const { tabs: [leader, ...others], feeds } = await threeTabs(scene);
  const since = Date.now();
  const wedged = leader.run("() => wedge(14_000)");
  await judgeOthers(scene, feeds, others, since, LATER);
  await wedged;
  await judgeLeader(feeds, leader);
});

const FAULTS = {
  "is closed": (leader) => leader.close(),
  "navigates away": (leader) => leader.leave(),
  "is killed": async (leader, id) => process.kill(id, "SIGKILL"),
};

for (const [what, cause] of Object.entries(FAULTS)) {
  test(`when the leader ${what}, another tab leads`, {}, async (scene) => {
    const { tabs: [leader, ...others], feeds } = await threeTabs(scene);
    const id = await leader.process();
    const since = Date.now();
    await cause(leader, id);
    await judgeOthers(scene, feeds, others, since, SOON);
  });
}

test("a leader in the back/forward cache is replaced, and a member when it is back", {}, async (scene) => {
  const { tabs: [leader, ...others], feeds } = await threeTabs(scene);
  const since = Date.now();
  await leader.leave();
  await judgeOthers(scene, feeds, others, since, SOON);
  await leader.back();
  assert.equal(await leader.waitFor("() => persisted", "the page to be back"), true);
  await judgeLeader(feeds, leader, { wasAway: true });
});
