// The leader goes, in every way there is, and another one goes on. In the form of tests.mjs.
import assert from "node:assert/strict";
import { assertComplete, reaches } from "./judge.mjs";
import { goesOn, judgeLeader, judgeOthers, LATER, SOON, threeTabs, TICK } from "./three-tabs.mjs";

export const tests = [];
const test = (name, options, body) => tests.push({ name, options, body });

test("a leader that is stopped is replaced, and a member when it goes on", {}, async (scene) => {
  const { tabs: [leader, ...others], feeds } = await threeTabs(scene);
  const id = await leader.process();
  const since = Date.now();
  process.kill(id, "SIGSTOP");
  await judgeOthers(scene, feeds, others, since, LATER, 2).finally(() => process.kill(id, "SIGCONT"));
  await judgeLeader(feeds, leader);
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
  // There are no locks that would tell. Firefox now and then drops the last words of a window that closes; then it is as one that was killed.
  await end(scene, ENDS["is closed"], scene.engine === "firefox" ? LATER : SOON);
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
  const silence = await goesOn(scene, feeds, others, since);
  assert.ok(silence < 2 * SOON, `events again after ${silence} ms`);
  for (const feed of Object.values(feeds)) {
    assert.equal((await feed.record()).open, 1);
  }
});
