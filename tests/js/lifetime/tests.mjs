// `{ name, options, body }`. Options: `only` one implementation, `needs` what the host must be able to do, `inNode`,
// and `native` and `ours`, the engines in which that implementation is known to fail, with the reason.
import assert from "node:assert/strict";
import { COMMENT, END, waitFor } from "../harness/steps.js";
import { delay, poll } from "../lib/resources.mjs";
import { startFailover } from "./failover.mjs";

export const tests = [];
const test = (name, options, body) => tests.push({ name, options, body });

/** As often as a collector may need to find something. */
async function collectThoroughly({ host }) {
  for (let round = 0; round < 4; round += 1) {
    await host.collectGarbage();
    await delay(50);
  }
}

const GARBAGE = { needs: "collectGarbage", inNode: true };

test("an open source that nothing refers to goes on delivering", GARBAGE, async (scene) => {
  const stream = await scene.stream([COMMENT, waitFor("collected"), "data: x\n\n"]);
  await scene.open();
  await scene.begin(stream);
  await scene.noted("open");
  await collectThoroughly(scene);
  await stream.signal("collected");
  assert.deepEqual(await scene.noted("messagex"), ["open", "messagex"]);
});

test("a connecting source that nothing refers to goes on delivering", GARBAGE, async (scene) => {
  const stream = await scene.stream({ headersAfter: "collected", steps: ["data: x\n\n"] });
  await scene.open();
  await scene.begin(stream);
  await stream.requests({ count: 1 });
  await collectThoroughly(scene);
  await stream.signal("collected");
  assert.deepEqual(await scene.noted("messagex"), ["open", "messagex"]);
});

test("a source that waits to reconnect and that nothing refers to goes on", GARBAGE, async (scene) => {
  const stream = await scene.stream(["retry: 1500\n\n", END], ["data: x\n\n"]);
  await scene.open();
  await scene.begin(stream);
  await scene.noted("error");
  await collectThoroughly(scene);
  assert.deepEqual(await scene.noted("messagex"), ["open", "error", "open", "messagex"]);
});

test("a source that is CLOSED and that nothing refers to is collected", GARBAGE, async (scene) => {
  const open = await scene.stream(["data: x\n\n"]);
  const ended = await scene.stream(["retry: 60000\n\n", END]);
  const refused = await scene.stream({ status: 404, steps: [END] });
  await scene.open();
  await scene.run("() => collected.splice(0)");
  const make = "(url, name, type) => { beginAndClose(url, name, type); }";
  await scene.run(make, open.url, "connecting");
  await scene.run(make, open.url, "open", "open");
  await scene.run(make, open.url, "with a message", "message");
  await scene.run(make, ended.url, "waiting", "error");
  await scene.run(make, refused.url, "refused", "error");
  await scene.noted("with a message messagex");
  await scene.noted("waiting error");
  await scene.noted("refused error");
  const expected = ["connecting", "open", "refused", "waiting", "with a message"];
  let collected = [];
  await poll(async () => {
    await scene.host.collectGarbage();
    collected = (await scene.run("() => collected")).sort();
    return collected.length === expected.length ? true : undefined;
  }, "every source to be collected").catch(() => {});
  assert.deepEqual(collected, expected);
});

// The unloading document cleanup steps close a source without an event.
const FIRES = { chromium: "fires error when the page is left" };

test("a page that is left takes the connection with it, unheard by listeners", { native: FIRES }, async (scene) => {
  const stream = await scene.stream(["retry: 20\nid: 1\ndata: x\n\n"]);
  await scene.open("&leaves");
  await scene.begin(stream);
  await scene.noted("messagex");
  await scene.leave();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  assert.ok(await stream.countStaysAt(1));
  assert.deepEqual(await scene.notes(), ["open", "messagex"]);
});

test("a page that is reloaded begins afresh", { native: FIRES }, async (scene) => {
  const stream = await scene.stream(["retry: 20\nid: 1\ndata: x\n\n"]);
  await scene.open("&leaves");
  await scene.begin(stream);
  await scene.noted("messagex");
  await scene.host.command("refresh", {});
  await scene.host.waitFor("() => typeof Source === 'function' || null", "the class");
  await scene.begin(stream);
  await scene.noted("messagex", 2);
  const requests = await stream.requests({ count: 2, ended: 1 });
  assert.deepEqual(requests.map((request) => [request.endedBy, request.header("last-event-id")]), [
    ["client", undefined],
    [null, undefined],
  ]);
  assert.deepEqual(await scene.notes(), ["open", "messagex", "open", "messagex"]);
});

// https://github.com/whatwg/html/pull/12381
const NOT_YET = {
  chromium: "keeps the connection of a page in the back/forward cache",
  firefox: "does not cache a page with an open source",
  webkit: "fires error when the page is back",
};

const CACHED = { native: NOT_YET, ours: { firefox: "does not cache a page with an open fetch" } };

test("a page out of the back/forward cache connects again at once, with its ID", CACHED, async (scene) => {
  const stream = await scene.stream(["retry: 60000\nid: 1\ndata: 1\n\n"], ["data: 2\n\n"]);
  await scene.open();
  await scene.begin(stream);
  await scene.noted("message1");
  await scene.leave();
  const [request] = await stream.requests({ ended: 1, timeout: 3000 });
  assert.equal(request.endedBy, "client");
  assert.ok(await scene.back(), "the page was not in the cache");
  assert.deepEqual(await scene.noted("message2"), ["open", "message1", "restored", "open", "message2"]);
  const requests = await stream.requests();
  assert.deepEqual(requests.map((request) => request.header("last-event-id")), [undefined, "1"]);
});

test("a source that is CLOSED is so out of the back/forward cache, too", {}, async (scene) => {
  const stream = await scene.stream(["retry: 20\ndata: 1\n\n"]);
  await scene.open();
  await scene.run("(url) => { window.kept = begin(url); }", stream.url);
  await scene.noted("message1");
  await scene.run("() => kept.close()");
  await stream.requests({ ended: 1 });
  await scene.leave();
  assert.ok(await scene.back(), "the page was not in the cache");
  assert.ok(await stream.countStaysAt(1));
  assert.equal(await scene.run("() => kept.readyState"), 2);
  assert.deepEqual(await scene.notes(), ["open", "message1", "restored"]);
});

/** Leaves for a page whose server takes its time to answer. */
async function leaveSlowly(scene) {
  const slow = await scene.stream({ headers: [["Content-Type", "text/html"]], headersAfterMs: 300, steps: ["<title>slow</title>", END] });
  await scene.run("(url) => { setTimeout(() => (location.href = url)); }", slow.url);
  await scene.host.waitFor("() => document.title === 'slow' || null", "the page that is slow");
}

test("a page that is left for a slow one is not told that its connection breaks off", { native: FIRES }, async (scene) => {
  for (const leaves of ["", "&leaves"]) {
    const stream = await scene.stream(["retry: 20\nid: 1\ndata: x\n\n"]);
    await scene.open(leaves);
    await scene.begin(stream);
    await scene.noted("messagex");
    await leaveSlowly(scene);
    await stream.requests({ ended: 1 });
    const notes = await scene.run(`() => JSON.parse(sessionStorage.getItem("notes"))`);
    assert.deepEqual(notes, ["open", "messagex"], leaves);
  }
});

const WAITS = { chromium: NOT_YET.chromium, webkit: NOT_YET.webkit };

test("a page whose source waits is cached, and connects when it is back", { native: WAITS }, async (scene) => {
  const stream = await scene.stream(["retry: 60000\nid: 1\ndata: 1\n\n", END], ["data: 2\n\n"]);
  await scene.open();
  await scene.begin(stream);
  await scene.noted("error");
  await scene.leave();
  assert.ok(await scene.back(), "the page was not in the cache");
  assert.deepEqual(await scene.noted("message2"), ["open", "message1", "error", "restored", "open", "message2"]);
});

const OURS = { only: "ours" };
const DISPATCH = `(type) => { dispatchEvent(new PageTransitionEvent(type, { persisted: true })); }`;

test("pagehide lets go of the connection without an event, pageshow connects", OURS, async (scene) => {
  const stream = await scene.stream(["retry: 60000\nid: 1\ndata: 1\n\n"], ["data: 2\n\n"]);
  await scene.open();
  await scene.run("(url) => { window.kept = begin(url); }", stream.url);
  await scene.noted("message1");
  await scene.run(DISPATCH, "pagehide");
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  await scene.host.waitFor("() => kept.readyState === 0 || null", "CONNECTING");
  assert.ok(await stream.countStaysAt(1));
  await scene.run(DISPATCH, "pageshow");
  assert.deepEqual((await scene.noted("message2")).filter((note) => note !== "restored"), [
    "open",
    "message1",
    "open",
    "message2",
  ]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

test("a source that waits to reconnect does so at pageshow", OURS, async (scene) => {
  const stream = await scene.stream(["retry: 60000\n\n", END], ["data: 2\n\n"]);
  await scene.open();
  await scene.begin(stream);
  await scene.noted("error");
  await scene.run(DISPATCH, "pagehide");
  await scene.run(DISPATCH, "pageshow");
  const notes = await scene.noted("message2");
  assert.deepEqual(notes.filter((note) => note !== "restored"), ["open", "error", "open", "message2"]);
});

test("a source that waits to reconnect does so as soon as the network is back", OURS, async (scene) => {
  const stream = await scene.stream(["retry: 60000\nid: 1\n\n", END], ["data: 2\n\n"]);
  await scene.open();
  await scene.begin(stream);
  await scene.noted("error");
  await scene.run("() => { dispatchEvent(new Event('online')); }");
  assert.deepEqual(await scene.noted("message2"), ["open", "error", "open", "message2"]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

test("in a dedicated worker, too, as soon as the network is back", OURS, async (scene) => {
  const stream = await scene.stream(["retry: 60000\n\n", END], ["data: 2\n\n"]);
  await scene.open();
  await scene.run("(url) => beginInWorker(url)", stream.url);
  await scene.noted("error");
  await scene.run("() => worker.postMessage({ dispatch: 'online' })");
  assert.deepEqual(await scene.noted("message2"), ["open", "error", "open", "message2"]);
});

const GIVES_UP = { firefox: "a refused connection fails for good" };

const OFFLINE = { needs: "setOffline", native: GIVES_UP };

test("a source that is offline connects when it is online", OFFLINE, async (scene) => {
  const stream = await scene.stream(["retry: 500\nid: 1\n\n", waitFor("offline"), END], ["data: 2\n\n"]);
  await scene.open();
  await scene.begin(stream);
  await scene.noted("open");
  await scene.host.setOffline(true);
  try {
    await stream.signal("offline");
    await scene.noted("error");
    await delay(2000);
    // One for the connection that was lost, the others for attempts: no more than the reconnection time allows.
    const errors = (await scene.notes()).filter((note) => note === "error").length;
    assert.ok(errors <= 8, `${errors} errors while offline`);
    assert.equal((await stream.requests()).length, 1);
  } finally {
    await scene.host.setOffline(false);
  }
  await scene.noted("message2");
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

const BEGIN = `(url, init) => { begin(url, "", undefined, init); }`;

const HIDDEN = { ...OURS, needs: "setHidden" };

test("whenHidden: close lets go of the connection of a window that is minimized", HIDDEN, async (scene) => {
  const stream = await scene.stream(["retry: 60000\nid: 1\ndata: 1\n\n"], ["data: 2\n\n"]);
  await scene.open();
  await scene.run(BEGIN, stream.url, { whenHidden: "close" });
  await scene.noted("message1");
  await scene.host.setHidden(true);
  try {
    const [request] = await stream.requests({ ended: 1 });
    assert.equal(request.endedBy, "client");
    assert.ok(await stream.countStaysAt(1));
  } finally {
    await scene.host.setHidden(false);
  }
  assert.deepEqual(await scene.noted("message2"), ["open", "message1", "open", "message2"]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

/** Generous: without verification the source would wait for ever. */
const SOON = 5000;

/** How long nothing may come before the connection to a server that is stopped counts as silent. */
const SILENCE = 500;

/** What is noted when nothing more comes. */
async function notesAfterSilence(scene) {
  let before;
  for (let notes = await scene.notes(); notes.length !== before?.length; notes = await scene.notes()) {
    before = notes;
    await delay(SILENCE);
  }
  return before;
}

/** The server of an open source is stopped, and another one takes over. Then `back` happens in the page. */
async function judgeFailover(scene, init, back) {
  const failover = await startFailover();
  try {
    await scene.open();
    await scene.run("(url, init) => { beginAndKeep(url, init); }", failover.url, init);
    await scene.noted("message3");
    failover.stopFirst();
    const before = await notesAfterSilence(scene);
    const since = Date.now();
    await scene.run(back);
    const notes = await scene.noted(`message${before.length + 2}`);
    const took = Date.now() - since;
    assert.ok(took < SOON, `there were events again only after ${took} ms`);
    // One `open`, no error, and every event once.
    const expected = ["open", ...notes.slice(1).map((_, index) => `message${index + 1}`)];
    assert.deepEqual(notes, expected);
    await scene.run("() => { kept.close(); }");
  } finally {
    await failover.end();
  }
}

test("with whenBack: verify, a source whose server is stopped goes on with another one when the network is back", OURS, (scene) =>
  judgeFailover(scene, { whenBack: "verify" }, "() => { dispatchEvent(new Event('online')); }"),
);

test("verify() has a source whose server is stopped go on with another one", { ...OURS, inNode: true }, (scene) =>
  judgeFailover(scene, {}, "() => { kept.verify({ staleAfter: 1 }); }"),
);

const CONNECTS = { chromium: "connects before the user comes to the page" };

test("a page that is prerendered connects when the user comes to it", { needs: "prerender", native: CONNECTS }, async (scene) => {
  const source = await scene.stream(["data: of the source\n\n"]);
  const iterated = await scene.stream(["data: of the loop\n\n"]);
  const streams = scene.implementation === "ours" ? [source, iterated] : [source];
  await scene.open();
  const urls = { source: source.url, ...(scene.implementation === "ours" && { iterated: iterated.url }) };
  const page = await scene.prerender(urls);
  for (const stream of streams) {
    assert.ok(await stream.countStaysAt(0, 200), "it has connected");
  }
  await scene.run("(url) => { setTimeout(() => (location.href = url)); }", page);
  const seen = await scene.host.waitFor("(count) => globalThis.seen?.length === count ? seen.sort() : null", "what comes", streams.length + 1);
  assert.deepEqual(seen, ["of the loop", "of the source", "prerendering true"].slice(-1 - streams.length));
  for (const stream of streams) {
    assert.ok(await stream.countStaysAt(1, 100));
  }
});

const PERMISSIONS = { only: "ours", needs: "setPermission" };

test("a denied permission for the local network is final, and has its reason", PERMISSIONS, async (scene) => {
  const stream = await scene.stream({ cors: { allowOrigin: "*" }, steps: ["retry: 60000\n\ndata: x\n\n"] });
  const first = `(url, init) => new Promise((resolve) => {
    const source = new EventSource(url, init);
    source.onmessage = ({ data }) => (resolve(data), source.close());
    source.onerror = ({ reason, reconnectsIn, cause }) => {
      resolve([reason, reconnectsIn !== undefined, source.readyState, cause.name]);
      source.close();
    };
  })`;
  await scene.openInPublic();
  try {
    for (const [state, expected] of [
      ["denied", ["local-network", false, 2, "TypeError"]],
      // Nobody answers the prompt of a browser that is driven.
      ["prompt", ["network", true, 0, "TypeError"]],
      ["granted", "x"],
    ]) {
      await scene.host.setPermission("loopback-network", state);
      assert.deepEqual(await scene.run(first, stream.otherUrl), expected, state);
    }
    // Where nobody is, a page that may ask is told so.
    await scene.host.setPermission("loopback-network", "granted");
    assert.deepEqual(await scene.run(first, "http://127.0.0.1:9/", { targetAddressSpace: "loopback" }), ["network", true, 0, "TypeError"]);
  } finally {
    await scene.host.setPermission("loopback-network", "prompt");
  }
});
