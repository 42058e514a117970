import { assert } from "chai";
import { OwnFetch } from "../harness/own-fetch.js";
import { BEGINNING, dataOf, leaderOf, sharedSection } from "../harness/shared.js";
import { CUT, END, waitFor } from "../harness/steps.js";
import { thrownBy } from "../harness/thrown.js";

const test = sharedSection("one connection for several sources");

test("two sources have one connection, and each has every event", async (t) => {
  const stream = await t.stream([BEGINNING, waitFor("both"), "id: 1\ndata: a\n\nid: 2\ndata: b\n\n"]);
  const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
  const events = sources.map((source) => t.record(source, "message"));
  const { others } = await leaderOf(...sources);
  await stream.signal("both");
  assert.deepEqual(await Promise.all(events.map((each) => dataOf(each, 2))), [["a", "b"], ["a", "b"]]);
  assert.deepEqual(others.map(({ shared }) => shared), ["member"]);
  assert.isTrue(await stream.countStaysAt(1));
  for (const { all } of events) {
    assert.deepEqual(all.map(({ event }) => [event.lastEventId, event.origin]), [["1", t.origin], ["2", t.origin]]);
  }
});

test("who joins is OPEN with one event, and knows the last event ID, the reconnection time and the origin", async (t) => {
  const stream = await t.stream(["retry: 1234\nid: 7\ndata: before\n\nid: 8\ndata: be", waitFor("joined"), "gun\n\n"]);
  const first = t.sharedSource(stream.url);
  await t.next(first, "message");
  const joiner = t.sharedSource(stream.url);
  assert.deepEqual([joiner.readyState, joiner.shared, joiner.lastEventId], [0, "member", ""]);
  const events = t.record(joiner, "open", "message", "error");
  assert.equal((await events.next()).readyState, 1);
  assert.deepEqual([joiner.lastEventId, joiner.reconnectionTime], ["7", 1234]);
  await stream.signal("joined");
  const { event } = await events.next();
  assert.deepEqual([event.type, event.data, event.lastEventId, event.origin], ["message", "begun", "8", t.origin]);
  assert.deepEqual(events.types, ["open", "message"]);
  assert.isTrue(await stream.countStaysAt(1));
});

test("the leader is closed: the others go on with the last event ID, and are told nothing", async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"], [waitFor("seen"), "id: 2\ndata: b\n\n"]);
  const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url), t.sharedSource(stream.url)];
  const all = sources.map((source) => t.record(source, "open", "message", "error"));
  const { leader, others } = await leaderOf(...sources);
  const events = all.filter((_, index) => sources[index] !== leader);
  await Promise.all(events.map((each) => each.until(({ type }) => type === "message")));
  leader.close();
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
  await stream.signal("seen");
  assert.deepEqual(await Promise.all(events.map((each) => dataOf(each, 1))), [["b"], ["b"]]);
  assert.deepEqual(events.map(({ types }) => types), [["open", "message", "message"], ["open", "message", "message"]]);
  assert.sameMembers(others.map(({ shared }) => shared), ["leader", "member"]);
  assert.equal(leader.readyState, 2);
});

test("without a last event ID the others are told that something may be missing", async (t) => {
  const stream = await t.stream(["data: a\n\n"], ["data: b\n\n"]);
  const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
  const { leader, others } = await leaderOf(...sources);
  const events = t.record(others[0], "open", "error");
  leader.close();
  const [{ event: lost, readyState }, { type }] = await events.take(2);
  assert.deepEqual([lost.type, lost.reason, readyState, type], ["error", "handed-over", 0, "open"]);
  await stream.requests({ count: 2 });
});

test("the last one that is closed lets go of the connection", async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
  const { leader, others } = await leaderOf(...sources);
  others[0].close();
  assert.isTrue(await stream.countStaysAt(1, 100));
  leader.close();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

test("a connection that lingers is there for who comes next", async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n", waitFor("next"), "id: 2\ndata: b\n\n"]);
  const first = t.sharedSource(stream.url, { linger: 3000 });
  await t.next(first, "message");
  first.close();
  assert.equal(first.readyState, 2);
  const second = t.sharedSource(stream.url, { linger: 3000 });
  await t.next(second, "open");
  assert.equal(second.lastEventId, "1");
  const next = t.next(second, "message");
  await stream.signal("next");
  assert.equal((await next).data, "b");
  assert.isTrue(await stream.countStaysAt(1, 100));
});

test("a connection does not linger longer than it was asked to", async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const source = t.sharedSource(stream.url, { linger: 300 });
  await t.next(source, "message");
  const closed = performance.now();
  source.close();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  assert.isAtLeast(performance.now() - closed, 250);
});

test("who joins can be given the last events", async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\nevent: named\nid: 2\ndata: b\ndata: c\n\nid: 3\ndata: d\n\n"]);
  const first = t.sharedSource(stream.url, { replay: 2 });
  await t.record(first, "message").take(2);
  const joiner = t.sharedSource(stream.url, { replay: 2 });
  const events = t.record(joiner, "open", "named", "message");
  const [, named, message] = (await events.take(3)).map(({ event }) => event);
  assert.deepEqual([named.type, named.data, named.lastEventId], ["named", "b\nc", "2"]);
  assert.deepEqual([message.data, message.lastEventId], ["d", "3"]);
  const other = t.sharedSource(stream.url);
  await t.next(other, "open");
  assert.equal(other.lastEventId, "3");
});

test("when the connection is lost all are told, and come back together", async (t) => {
  const stream = await t.stream(["retry: 10\nid: 1\ndata: a\n\n", waitFor("cut"), CUT], ["data: b\n\n"]);
  const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
  const events = sources.map((source) => t.record(source, "open", "message", "error"));
  await leaderOf(...sources);
  await stream.signal("cut");
  for (const each of events) {
    const [{ event: error }] = (await each.until(({ type }) => type === "error")).slice(-1);
    // In Node a response without a length is over when its connection is.
    assert.include(["network", "ended"], error.reason);
    assert.isNumber(error.reconnectsIn);
    await each.until(({ event }) => event.data === "b");
    assert.deepEqual(each.types.filter((type) => type !== "message"), ["open", "error", "open"]);
  }
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
  assert.isTrue(await stream.countStaysAt(2, 100));
});

test("when the connection fails for good all are told", async (t) => {
  const stream = await t.stream(["data: a\n\n", waitFor("end"), END], { status: 404, steps: [END] });
  const init = { reconnect: { initialDelay: 0, maxDelay: 1 } };
  const sources = [t.sharedSource(stream.url, true, init), t.sharedSource(stream.url, true, init)];
  const errors = sources.map((source) => t.record(source, "error"));
  await leaderOf(...sources);
  await stream.signal("end");
  for (const each of errors) {
    const [{ event: ended }, { event: failed, readyState }] = await each.take(2);
    assert.deepEqual([ended.reason, failed.reason, failed.status, readyState], ["ended", "status", 404, 2]);
    assert.isUndefined(failed.reconnectsIn);
  }
  assert.isTrue(await stream.countStaysAt(2, 100));
});

test("reconnect() of a member makes another connection for all, and nobody is told an error", async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"], ["id: 2\ndata: b\n\n"]);
  const sources = [t.sharedSource(stream.url), t.sharedSource(stream.url)];
  const events = sources.map((source) => t.record(source, "open", "message", "error"));
  const { others } = await leaderOf(...sources);
  await Promise.all(events.map((each) => each.until(({ event }) => event.data === "a")));
  others[0].reconnect();
  await Promise.all(events.map((each) => each.until(({ event }) => event.data === "b")));
  assert.deepEqual(events.map(({ types }) => types), Array(2).fill(["open", "message", "open", "message"]));
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

const DIFFERENT = [
  ["another URL", (stream) => [[`${stream.url}?a`], [`${stream.url}?b`]]],
  ["other credentials", ({ url }) => [[url, true, { withCredentials: true }], [url]]],
  ["another key", ({ url }) => [[url, { key: "a" }], [url, { key: "b" }]]],
  ["a key and none", ({ url }) => [[url, { key: "a" }], [url]]],
  ["another header", ({ url }) => [[url, true, { headers: { "X-Key": "a" } }], [url, true, { headers: { "X-Key": "b" } }]]],
  ["another body", ({ url }) => ["a", "b"].map((body) => [url, true, { method: "POST", body, reconnect: true }])],
  ["another last event ID", ({ url }) => ["a", "b"].map((lastEventId) => [url, true, { lastEventId }])],
  ["another policy of reconnecting", ({ url }) => [1, 2].map((maxAttempts) => [url, true, { reconnect: { maxAttempts } }])],
];

for (const [what, argumentsOf] of DIFFERENT) {
  test(`${what}: two connections`, async (t) => {
    const stream = await t.stream(["data: a\n\n"]);
    const sources = argumentsOf(stream).map((given) => t.sharedSource(...given));
    await Promise.all(sources.map((source) => t.next(source, "message")));
    assert.deepEqual(sources.map(({ shared }) => shared), ["leader", "leader"]);
    assert.equal((await stream.requests({ count: 2 })).length, 2);
  });
}

test("what makes no other request makes no other group", async (t) => {
  const stream = await t.stream([BEGINNING, waitFor("both"), "data: a\n\n"]);
  const one = t.sharedSource(stream.url, { replay: 1 }, { headers: { "X-Key": "a", "X-Other": "b" }, onComment() {} });
  const two = t.sharedSource(stream.url, { linger: 1 }, { headers: [["x-other", "b"], ["x-key", "a"]] });
  const received = [one, two].map((source) => t.next(source, "message"));
  await leaderOf(one, two);
  await stream.signal("both");
  await Promise.all(received);
  assert.isTrue(await stream.countStaysAt(1, 100));
});

test("functions need a key, and share with it", async (t) => {
  const network = new OwnFetch();
  const headers = () => ({ "X-Key": "a" });
  for (const [init, what] of [
    [{ fetch: network.fetch }, "an option fetch"],
    [{ headers }, "a function that gives headers"],
    [{ method: "POST", reconnect: true, body: () => "a" }, "a function that gives a body"],
    [{ method: "POST", reconnect: true, body: new Uint8Array(1) }, "a body that is no text"],
    [{ reconnect: { retryIf: () => true } }, "an option retryIf"],
    [{ retryIf: () => true }, "an option retryIf"],
    [{ dispatcher: {} }, "an option dispatcher that is an object"],
  ]) {
    const { name, message } = thrownBy(() => t.sharedSource("https://fake.test/", true, init));
    assert.equal(name, "TypeError");
    assert.include(message, `shared: there is ${what}. `);
  }
  const shared = { key: t.unique };
  const sources = [1, 2].map(() => t.sharedSource("https://fake.test/", shared, { fetch: network.fetch, headers }));
  const received = sources.map((source) => t.next(source, "message"));
  await leaderOf(...sources);
  (await network.body(0)).send("data: a\n\n");
  assert.deepEqual((await Promise.all(received)).map(({ data }) => data), ["a", "a"]);
  assert.equal(network.bodies.length, 1);
});

test("an option that makes no sense is a TypeError that says so", (t) => {
  for (const [shared, words] of [
    ["yes", "shared must be true or an object such as { replay: 10 }."],
    [1, "shared must be true or an object such as { replay: 10 }."],
    [{ key: 1 }, "shared.key must be a string."],
    [{ replay: -1 }, "shared.replay must be an integer from 0 to 4294967295, and is -1."],
    [{ linger: "1" }, "shared.linger must be an integer of milliseconds from 0 to 2147483647, and is a string."],
    [{ worker: {} }, "shared.worker must be a SharedWorker."],
  ]) {
    const { name, message } = thrownBy(() => t.sharedSource(`${t.origin}/silence`, shared));
    assert.deepEqual([name, message], ["TypeError", `Failed to construct 'EventSource': ${words}`]);
  }
});

test("the option resume cannot be used, and a POST that is never repeated cannot either", (t) => {
  for (const [init, words] of [
    [{ resume: () => true }, "shared: the option resume cannot be used"],
    [{ method: "POST", resume: () => true }, "shared: the option resume cannot be used"],
    [{ method: "POST", reconnect: false }, "shared: a POST request is sent again"],
  ]) {
    const { name, message } = thrownBy(() => t.sharedSource(`${t.origin}/silence`, true, init));
    assert.equal(name, "TypeError");
    assert.include(message, words);
  }
  const source = t.sharedSource(`${t.origin}/silence`, true, {});
  assert.throws(() => source.reconnect({ lastEventId: "1" }), TypeError, /shares its connection/);
});

test("a request that may be taken for another order needs a policy of reconnecting", (t) => {
  const { name, message } = thrownBy(() => t.sharedSource(`${t.origin}/silence`, true, { method: "POST" }));
  assert.equal(name, "TypeError");
  assert.include(message, "shared: a POST request is sent again when another source takes over. Give reconnect");
});

test("a source of this class that does not share is as ever", async (t) => {
  const stream = await t.stream(["data: a\n\n"], ["data: b\n\n"]);
  const sources = [undefined, false, null].map((shared) => t.sharedSource(stream.url, shared));
  assert.deepEqual((await Promise.all(sources.map((source) => t.next(source, "message")))).length, 3);
  assert.deepEqual(sources.map(({ shared }) => shared), [undefined, undefined, undefined]);
  assert.equal((await stream.requests({ count: 3 })).length, 3);
  assert.isUndefined(t.SharedEventSource.fromReadableStream(new ReadableStream()).shared);
});

test("the attribute shared can only be read, and only of a source", (t) => {
  const { get, set, enumerable } = Object.getOwnPropertyDescriptor(t.SharedEventSource.prototype, "shared");
  assert.deepEqual([typeof get, set, enumerable], ["function", undefined, true]);
  assert.equal(thrownBy(() => get.call({})).name, "TypeError");
});

test("a loop, a callback and json() get what is shared", async (t) => {
  const stream = await t.stream([BEGINNING, waitFor("both"), 'event: a\ndata: {"a":1}\n\n', ": comment\nevent: b\ndata: 2\n\n"]);
  const comments = [];
  const sources = [t.sharedSource(stream.url, true, { onComment: (comment) => comments.push(comment) }), t.sharedSource(stream.url)];
  const loops = sources.map((source) => source.events());
  const called = [];
  sources[1].subscribe(({ type }) => called.push(type));
  const asked = loops.map((loop) => loop.next());
  await leaderOf(...sources);
  await stream.signal("both");
  for (const [index, loop] of loops.entries()) {
    assert.deepEqual((await asked[index]).value.json(), { a: 1 });
    assert.deepEqual((await loop.next()).value.json(), 2);
  }
  assert.deepEqual([called, comments], [["a", "b"], ["comment"]]);
});
