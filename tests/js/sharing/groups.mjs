// Many tabs, one connection: who is in a group, and who is not. In the form of tests.mjs.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { delay, poll } from "../lib/resources.mjs";
import { assertComplete, reaches } from "./judge.mjs";

export const tests = [];
const test = (name, options, body) => tests.push({ name, options, body });

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
