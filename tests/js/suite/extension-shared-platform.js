import { assert } from "chai";
import { BEGINNING, leaderOf, sharedSection } from "../harness/shared.js";
import { waitFor } from "../harness/steps.js";

const test = sharedSection("one connection for several sources: channels and locks");

test("messages that are not well-formed are ignored", { skip: { node: "it has no locks, so that nobody knows who leads" } }, async (t) => {
  const stream = await t.stream([BEGINNING, waitFor("both"), "data: a\n\n"]);
  const posted = [];
  const { prototype } = BroadcastChannel;
  const { postMessage } = prototype;
  prototype.postMessage = function (data) {
    posted.push({ name: this.name, data });
    return postMessage.call(this, data);
  };
  const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
  const received = sources.map((source) => t.next(source, "message"));
  await leaderOf(...sources);
  prototype.postMessage = postMessage;
  const own = posted.filter(({ data }) => data instanceof Uint8Array);
  const names = new Set(own.map(({ name }) => name));
  for (const name of names) {
    const channel = new BroadcastChannel(name);
    const real = own.filter((message) => message.name === name).map(({ data }) => data);
    const broken = real.flatMap((data) => [data.slice(0, -1), new Uint8Array([...data, 0]), data.map((byte) => byte ^ 255)]);
    for (const data of [undefined, null, 1, "text", {}, [], new ArrayBuffer(8), new Uint16Array(8), new Uint8Array(), ...broken]) {
      channel.postMessage(data);
    }
    channel.close();
  }
  assert.isNotEmpty(own);
  await stream.signal("both");
  assert.deepEqual((await Promise.all(received)).map(({ data }) => data), ["a", "a"]);
  assert.isTrue(await stream.countStaysAt(1, 100));
});

/** Puts something in the place of a global while this runs. */
async function replacing(object, name, value, run) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  try {
    return await run();
  } finally {
    if (before === undefined) {
      delete object[name];
    } else {
      Object.defineProperty(object, name, before);
    }
  }
}

const forbidden = (words) =>
  class {
    constructor() {
      throw new DOMException(words, "SecurityError");
    }
  };

for (const [what, channel] of [
  ["there is no BroadcastChannel", undefined],
  ["a BroadcastChannel is a SecurityError", forbidden("denied by the test")],
]) {
  test(`where ${what}, a source has a connection of its own`, { alone: true }, async (t) => {
    const stream = await t.stream(["data: a\n\n"], ["data: b\n\n"]);
    await replacing(globalThis, "BroadcastChannel", channel, async () => {
      const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
      await Promise.all(sources.map((source) => t.next(source, "message")));
      assert.deepEqual(sources.map(({ shared }) => shared), ["alone", "alone"]);
    });
    assert.equal((await stream.requests({ count: 2 })).length, 2);
  });
}

const LOCKS = { node: "it has no navigator" };

test("where there are no locks, the members agree on who leads", { alone: true, skip: LOCKS }, async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"], [waitFor("seen"), "data: b\n\n"]);
  await replacing(navigator, "locks", undefined, async () => {
    const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
    const { leader, others } = await leaderOf(...sources);
    assert.deepEqual(others.map(({ shared }) => shared), ["member"]);
    if (leader.lastEventId === "") {
      await t.next(leader, "message");
    }
    leader.close();
    assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
    const last = t.next(others[0], "message");
    await stream.signal("seen");
    assert.equal((await last).data, "b");
    assert.equal(others[0].shared, "leader");
  });
});

test("where locks are refused, a source has a connection of its own", { alone: true, skip: LOCKS }, async (t) => {
  const stream = await t.stream(["data: a\n\n"], ["data: b\n\n"]);
  const request = async () => {
    throw new DOMException("denied by the test", "SecurityError");
  };
  await replacing(navigator, "locks", { request, query: request }, async () => {
    const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
    await Promise.all(sources.map((source) => t.next(source, "message")));
    assert.deepEqual(sources.map(({ shared }) => shared), ["alone", "alone"]);
  });
  assert.equal((await stream.requests({ count: 2 })).length, 2);
});

test("locks and channels have a name without a secret, and none is left of a source that is closed", { alone: true, skip: LOCKS }, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const source = t.sharedSource(stream.url, { key: "secret" }, { headers: { "X-Key": "secret" } });
  const namesOf = async () => (await navigator.locks.query()).held.map(({ name }) => name);
  const before = await namesOf();
  await t.next(source, "open");
  const own = (await namesOf()).filter((name) => !before.includes(name) && name.startsWith("wasm-eventsource/"));
  assert.isNotEmpty(own);
  assert.isTrue(own.every((name) => /^wasm-eventsource\/[0-9a-f]{32}\/(leader|member\/[0-9a-f]{1,16})$/.test(name)), `${own}`);
  assert.notInclude(`${own}`, "secret");
  source.close();
  // Locks are given back in tasks of their own.
  while ((await namesOf()).some((name) => own.includes(name))) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});

test("a leader whose lock is stolen is a member, and goes on as one", { alone: true, skip: LOCKS }, async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"], [waitFor("back"), "data: b\n\n"]);
  const source = t.sharedSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  const before = (await navigator.locks.query()).held.map(({ name }) => name);
  await events.until(({ type }) => type === "message");
  const held = (await navigator.locks.query()).held.map(({ name }) => name);
  const [name] = held.filter((each) => !before.includes(each) && each.endsWith("/leader"));
  await navigator.locks.request(name, { steal: true }, async () => {
    await stream.requests({ ended: 1 });
    assert.equal(source.shared, "member");
  });
  // Nobody else leads: it gets the lock again.
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
  await stream.signal("back");
  await events.until(({ event }) => event.data === "b");
  assert.deepEqual(events.types, ["open", "message", "message"]);
  assert.equal(source.shared, "leader");
});
