// `{ name, options, body }`. Options: `only` one browser, or `not` one; `insecure`, for pages that are in no secure context.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { delay, poll } from "../lib/resources.mjs";
import { assertComplete, assertTold, reaches, silenceSince } from "./judge.mjs";

export const tests = [];
const test = (name, options, body) => tests.push({ name, options, body });

/** Between two events of a feed that goes by the clock, in milliseconds. */
const TICK = 25;
/** How long until there are events again, in milliseconds. Twice as long is a failure: others use this machine, too. */
const SOON = 1000;
const LATER = 12_000;

/**
 * A tab that leads two groups and two that are members, of a server with IDs and one without; both go by the clock. `where` says for
 * each tab where its sources are, as Tab.begin() does.
 */
async function threeTabs(scene, { where = ["", "", ""], roles = ["leader", "member", "member"], ...options } = {}) {
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
  assertTold(none.list);
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

/** How a leader may go, and how soon there are events again. */
const ENDS = {
  "is closed": (leader) => leader.close(),
  "navigates away": (leader) => leader.leave(),
  "is killed": (leader, id) => process.kill(id, "SIGKILL"),
};

async function end(scene, cause, limit, options) {
  const { tabs: [leader, ...others], feeds } = await threeTabs(scene, options);
  const id = await leader.process();
  const since = Date.now();
  await cause(leader, id);
  await judgeOthers(scene, feeds, others, since, limit);
}

for (const [what, cause] of Object.entries(ENDS)) {
  test(`when the leader ${what}, another tab leads`, {}, (scene) => end(scene, cause, SOON));
}

test("when the leader is closed, a tab leads that is hidden", {}, (scene) => end(scene, ENDS["is closed"], SOON, { type: "tab" }));

test("in an insecure context, when the leader is closed, another tab leads", { insecure: true }, async (scene) => {
  await end(scene, ENDS["is closed"], SOON);
});

test("in an insecure context, when the leader is killed, another tab leads", { insecure: true }, async (scene) => {
  await end(scene, ENDS["is killed"], LATER);
});

test("sources in workers share with those in windows, and lead", {}, async (scene) => {
  await end(scene, ENDS["is closed"], SOON, { where: ["InWorker", "", "InWorker"] });
});

test("leaders are killed one after another, and the last tab has everything", {}, async (scene) => {
  const feed = scene.feed();
  const tabs = await scene.open(5);
  const ids = [];
  for (const tab of tabs) {
    ids.push(await tab.process());
    await tab.begin("a", feed.url);
    await tab.heard("a", "open");
  }
  feed.begin(TICK);
  const left = new Map(tabs.map((tab, index) => [tab, ids[index]]));
  for (let kills = 0; kills < 4; kills += 1) {
    const { made } = await feed.record();
    await Promise.all([...left.keys()].map((tab) => reaches(tab, "a", made + 2)));
    for (const [tab, id] of left) {
      if ((await tab.of("a")).shared === "leader") {
        left.delete(tab);
        process.kill(id, "SIGKILL");
        break;
      }
    }
  }
  const [[last]] = left;
  await feed.stop();
  const made = await feed.make();
  await reaches(last, "a", made);
  const { list, shared } = await last.of("a");
  assertComplete(list, 1, made);
  assert.equal(shared, "leader");
  assert.equal((await feed.record()).lastEventIds.length, 5);
});

/** More than a leader waits for: 2 MB. */
const MANY = 100_000;

test("a member that is stopped holds nobody up for long, and misses nothing", {}, async (scene) => {
  const feed = scene.feed();
  const tabs = await scene.open(3);
  for (const tab of tabs) {
    await tab.begin("a", feed.url);
    await tab.heard("a", "open");
  }
  const [leader, member, stopped] = tabs;
  const id = await stopped.process();
  process.kill(id, "SIGSTOP");
  try {
    const since = Date.now();
    await feed.make(MANY);
    await Promise.all([leader, member].map((tab) => reaches(tab, "a", MANY)));
    const took = Date.now() - since;
    scene.tell(`${MANY} events after ${took} ms`);
    assert.ok(took < 10_000, `${took} ms`);
  } finally {
    process.kill(id, "SIGCONT");
  }
  const last = await feed.make();
  for (const tab of tabs) {
    await reaches(tab, "a", last);
    assertComplete((await tab.of("a")).list, 1, last);
  }
});

/** Firefox does not cache a page with an open fetch, nor one with a lock. */
const CACHED = { not: "firefox" };

test("a leader in the back/forward cache is replaced, and a member when it is back", CACHED, async (scene) => {
  const { tabs: [leader, ...others], feeds } = await threeTabs(scene);
  const since = Date.now();
  await leader.leave();
  await judgeOthers(scene, feeds, others, since, SOON);
  await leader.back();
  assert.equal(await leader.waitFor("() => persisted", "the page to be back"), true);
  await judgeLeader(feeds, leader, { wasAway: true });
});

test("a leader that is frozen is replaced at once, and a member when it goes on", { only: "chromium" }, async (scene) => {
  const { tabs: [leader, ...others], feeds } = await threeTabs(scene);
  const since = Date.now();
  await leader.freeze("frozen");
  await judgeOthers(scene, feeds, others, since, SOON);
  await leader.freeze("active");
  await judgeLeader(feeds, leader, { wasAway: true });
});

test("an application's SharedWorker has the connection, whichever tab is closed", {}, async (scene) => {
  const where = Array(3).fill("WithSharedWorker");
  const { tabs: [first, ...others], feeds } = await threeTabs(scene, { where, roles: Array(3).fill("member") });
  const since = Date.now();
  await first.close();
  for (const [name, feed] of Object.entries(feeds)) {
    const { made } = await feed.record();
    await Promise.all(others.map((tab) => reaches(tab, name, made + 20)));
    await feed.stop();
    const last = await feed.make();
    for (const tab of others) {
      await reaches(tab, name, last);
      const what = await tab.of(name);
      if (name === "ids") {
        assertComplete(what.list, 1, last);
      } else {
        assertTold(what.list);
      }
      scene.tell(`${name}: events again after ${silenceSince(since, what)} ms`);
    }
    assert.equal((await feed.record()).open, 1);
  }
});

for (const without of ["channel", "allowed channel"]) {
  test(`without ${without === "channel" ? "a" : "an"} ${without}, each source works alone`, {}, async (scene) => {
    const feed = scene.feed();
    const tabs = await scene.open(2, { without });
    for (const tab of tabs) {
      await tab.begin("a", feed.url);
      await tab.heard("a", "open");
    }
    const last = await feed.make(3);
    for (const tab of tabs) {
      await reaches(tab, "a", last);
      const { list, shared } = await tab.of("a");
      assertComplete(list, 1, last);
      assert.equal(shared, "alone");
    }
    assert.equal((await feed.record()).open, 2);
  });
}

test("what differs in its URL, its credentials or its key is never mixed", {}, async (scene) => {
  const [feed, other] = [scene.feed(), scene.feed()];
  const groups = {
    plain: [feed, { shared: true }],
    key: [feed, { shared: { key: "k" } }],
    credentials: [feed, { shared: true, withCredentials: true }],
    url: [other, { shared: true }],
  };
  const tabs = await scene.open(2);
  for (const tab of tabs) {
    for (const [name, [{ url }, init]] of Object.entries(groups)) {
      await tab.begin(name, url, init);
      await tab.begin(`${name} again`, url, init);
      await tab.heard(`${name} again`, "open");
    }
  }
  const lasts = new Map([[feed, await feed.make(5)], [other, await other.make(7)]]);
  for (const tab of tabs) {
    for (const [name, [feed]] of Object.entries(groups)) {
      for (const one of [name, `${name} again`]) {
        await reaches(tab, one, lasts.get(feed));
        assertComplete((await tab.of(one)).list, 1, lasts.get(feed));
      }
    }
  }
  const counts = await Promise.all([feed, other].map(async (feed) => (await feed.record()).most));
  assert.deepEqual(counts, [3, 1]);
});

test("another version of the package has connections of its own", {}, async (scene) => {
  const feed = scene.feed();
  const { version } = JSON.parse(await readFile(new URL("../../../pkg/package.json", import.meta.url), "utf8"));
  const tabs = [...(await scene.open(2)), ...(await scene.open(2, { version }))];
  for (const tab of tabs) {
    await tab.begin("a", feed.url);
    await tab.heard("a", "open");
  }
  const last = await feed.make(10);
  for (const [index, tab] of tabs.entries()) {
    await reaches(tab, "a", last);
    const { list, shared } = await tab.of("a");
    assertComplete(list, 1, last);
    assert.equal(shared, index % 2 === 0 ? "leader" : "member");
  }
  assert.equal((await feed.record()).most, 2);
});

test("messages on the channel that are malformed are ignored", {}, async (scene) => {
  const feed = scene.feed();
  const tabs = await scene.open(3);
  for (const tab of tabs) {
    await tab.begin("a", feed.url);
    await tab.heard("a", "open");
  }
  await tabs[2].run("() => babble()");
  await feed.make(20);
  await tabs[2].run("() => babble()");
  const last = await feed.make(20);
  for (const [index, tab] of tabs.entries()) {
    await reaches(tab, "a", last);
    const { list, shared } = await tab.of("a");
    assertComplete(list, 1, last);
    assert.equal(shared, index === 0 ? "leader" : "member");
  }
  assert.equal((await feed.record()).most, 1);
});
