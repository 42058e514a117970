import { assert } from "chai";
import { frame } from "../harness/frame.js";
import { BEGINNING, dataOf, leaderOf, sharedSection } from "../harness/shared.js";
import { END, waitFor } from "../harness/steps.js";
import { thrownBy } from "../harness/thrown.js";

const test = sharedSection("one connection for several sources: documents and workers");

const WHY = "the case is one of a window";
const IN_WINDOWS = { skip: { "dedicated-worker": WHY, "shared-worker": WHY, "service-worker": WHY, node: WHY } };

/** What a worker's source tells, as a recorder of events. */
function recordPort(port) {
  const entries = [];
  let wake = () => {};
  port.addEventListener("message", ({ data }) => (entries.push(data), wake()));
  port.start?.();
  return async (wanted) => {
    while (!entries.some(wanted)) {
      await new Promise((resolve) => (wake = resolve));
    }
    return entries.filter(wanted);
  };
}

const isOpen = ({ type }) => type === "open";
const isMessage = ({ type }) => type === "message";

test("a window, a frame, a worker and a shared worker have one connection", IN_WINDOWS, async (t) => {
  const stream = await t.stream([BEGINNING, waitFor("all"), "data: a\n\n"]);
  const iframe = await frame(t, "frame.html", "shared");
  const own = t.sharedSource(stream.url);
  const framed = new iframe.contentWindow.Source(stream.url, { shared: true });
  const dedicated = t.worker("/shared-source.js");
  const { port } = t.sharedWorker("/shared-source.js");
  const workers = [dedicated, port].map(recordPort);
  [dedicated, port].forEach((worker) => worker.postMessage({ url: stream.url, shared: true }));
  const received = [own, framed].map((source) => t.next(source, "message"));
  await Promise.all([leaderOf(own, framed), ...workers.map((of) => of(isOpen))]);
  await stream.signal("all");
  const messages = [...(await Promise.all(received)), ...(await Promise.all(workers.map((of) => of(isMessage)))).flat()];
  assert.deepEqual(messages.map(({ data }) => data), ["a", "a", "a", "a"]);
  assert.isTrue(await stream.countStaysAt(1, 100));
});

for (const [how, leave] of [
  ["a frame that is removed", (iframe) => iframe.remove()],
  ["a frame that is navigated", (iframe) => (iframe.src = "about:blank")],
]) {
  test(`${how} while it leads leaves the connection to another, and nothing is lost`, IN_WINDOWS, async (t) => {
    const stream = await t.stream(["id: 1\ndata: a\n\n"], [waitFor("gone"), "id: 2\ndata: b\n\n"]);
    const iframe = await frame(t, "frame.html", "shared");
    const framed = new iframe.contentWindow.Source(stream.url, { shared: true });
    await t.next(framed, "message");
    const own = t.sharedSource(stream.url, { replay: 1 });
    const events = t.record(own, "open", "message", "error");
    await events.next();
    assert.deepEqual([framed.shared, own.shared], ["leader", "member"]);
    leave(iframe);
    assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
    await stream.signal("gone");
    assert.deepEqual(await dataOf(events, 1), ["b"]);
    assert.deepEqual([events.types, own.shared], [["open", "message"], "leader"]);
  });
}

test("a worker that is terminated while it leads leaves the connection to another", IN_WINDOWS, async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"], [waitFor("gone"), "id: 2\ndata: b\n\n"]);
  const worker = t.worker("/shared-source.js");
  const told = recordPort(worker);
  worker.postMessage({ url: stream.url, shared: true });
  const [{ shared }] = await told(isMessage);
  assert.equal(shared, "leader");
  const own = t.sharedSource(stream.url);
  const events = t.record(own, "open", "message", "error");
  await events.next();
  worker.terminate();
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
  await stream.signal("gone");
  assert.deepEqual(await dataOf(events, 1), ["b"]);
});

for (const [what, type, back] of [
  ["is put into the back/forward cache", "pagehide", "pageshow"],
  ["is frozen", "freeze", "resume"],
]) {
  test(`a leader whose document ${what} leaves the group, and comes back as a member`, IN_WINDOWS, async (t) => {
    const stream = await t.stream(["id: 1\ndata: a\n\n"], [waitFor("away"), "id: 2\ndata: b\n\n", waitFor("back"), "id: 3\ndata: c\n\n"]);
    const iframe = await frame(t, "frame.html", "shared");
    const { document: own, Event: OwnEvent } = iframe.contentWindow;
    const tell = (name) => (name.startsWith("page") ? iframe.contentWindow : own).dispatchEvent(new OwnEvent(name));
    const framed = new iframe.contentWindow.Source(stream.url, { shared: true });
    const events = t.record(framed, "open", "message", "error");
    await events.take(2);
    const other = t.sharedSource(stream.url);
    await t.next(other, "open");
    tell(type);
    assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
    const received = t.next(other, "message");
    await stream.signal("away");
    assert.equal((await received).data, "b");
    assert.deepEqual([framed.readyState, events.types.length], [0, 2]);
    tell(back);
    await events.until(({ event }) => event.data === "b");
    await stream.signal("back");
    await events.until(({ event }) => event.data === "c");
    assert.deepEqual(events.all.map(({ type, event }) => event.data ?? type), ["open", "a", "open", "b", "c"]);
    assert.deepEqual([framed.shared, other.shared], ["member", "leader"]);
    assert.isTrue(await stream.countStaysAt(2, 100));
  });
}

// With a SharedWorker of the application.

const serving = (t) => t.sharedWorker("/serving.js");

test("an application's SharedWorker has the connection, and no tab leads", IN_WINDOWS, async (t) => {
  const stream = await t.stream([BEGINNING, waitFor("both"), "id: 1\ndata: a\n\n"]);
  const worker = serving(t);
  const sources = [t.sharedSource(stream.url, { worker }), t.sharedSource(stream.url, { worker: serving(t) })];
  const received = sources.map((source) => t.next(source, "message"));
  await leaderOf(...sources);
  await stream.signal("both");
  assert.deepEqual((await Promise.all(received)).map(({ data, origin }) => [data, origin]), Array(2).fill(["a", t.origin]));
  assert.deepEqual(sources.map(({ shared }) => shared), ["member", "member"]);
  assert.isTrue(await stream.countStaysAt(1, 100));
  sources[0].close();
  assert.isTrue(await stream.countStaysAt(1, 100));
  sources[1].close();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

test("a SharedWorker makes the request that its first tab asks for", IN_WINDOWS, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const init = { method: "POST", headers: { "X-Key": "a" }, body: new URLSearchParams("b=c"), lastEventId: "7", reconnect: { maxDelay: 1 } };
  const source = t.sharedSource(stream.url, { worker: serving(t) }, init);
  await t.next(source, "message");
  const [request] = await stream.requests({ count: 1 });
  assert.deepEqual([request.method, request.header("x-key"), request.header("last-event-id")], ["POST", "a", "7"]);
  const { name, message } = thrownBy(() => t.sharedSource(stream.url, { worker: serving(t), key: "a" }, { headers: () => ({}) }));
  assert.equal(name, "TypeError");
  assert.include(message, "shared.worker cannot be given a function that gives headers.");
});

test("a SharedWorker tells its tabs when a connection fails for good", IN_WINDOWS, async (t) => {
  const stream = await t.stream({ status: 404, steps: [END] }, ["data: a\n\n"]);
  const worker = serving(t);
  const source = t.sharedSource(stream.url, { worker });
  const failed = await t.next(source, "error");
  assert.deepEqual([failed.reason, failed.status, source.readyState], ["status", 404, 2]);
  // The next one is another connection.
  const next = t.sharedSource(stream.url, { worker });
  assert.equal((await t.next(next, "message")).data, "a");
});

test("a connection of a SharedWorker lingers as long as it was asked to", IN_WINDOWS, async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"]);
  const shared = { worker: serving(t), linger: 2000 };
  const first = t.sharedSource(stream.url, shared);
  await t.next(first, "message");
  first.close();
  const second = t.sharedSource(stream.url, shared);
  await t.next(second, "open");
  assert.equal(second.lastEventId, "1");
  assert.isTrue(await stream.countStaysAt(1, 100));
});

test("with a SharedWorker that has no script, a source has a connection of its own", IN_WINDOWS, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const source = t.sharedSource(stream.url, { worker: t.sharedWorker("/there-is-no-such-file.js") });
  assert.equal((await t.next(source, "message")).data, "a");
  assert.equal(source.shared, "alone");
});

/** Something like a SharedWorker whose other end is the case's. */
function fakeWorker() {
  const { port1, port2 } = new MessageChannel();
  const wanted = recordPort(port2);
  return { worker: { port: port1 }, wanted, port: port2 };
}

const KIND = "wasm-eventsource";

test("with a worker that never answers, a source has a connection of its own", { timeout: 20_000 }, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const { worker, port } = fakeWorker();
  const source = t.sharedSource(stream.url, { worker });
  assert.equal((await t.next(source, "message")).data, "a");
  assert.equal(source.shared, "alone");
  port.close();
});

test("with a worker that is gone, a source has a connection of its own after a while", { timeout: 40_000, alone: true }, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const { worker, wanted, port } = fakeWorker();
  const source = t.sharedSource(stream.url, { worker });
  const [{ group, member, url, init, replay, linger }] = await wanted((data) => data[KIND] === "join");
  assert.deepEqual([url, init, replay, linger], [stream.url, {}, 0, 0]);
  port.postMessage({ [KIND]: "joined", group, member });
  await wanted((data) => data[KIND] === "post-to-all");
  assert.equal((await t.next(source, "message")).data, "a");
  assert.equal(source.shared, "alone");
  port.close();
});

test("a worker that has forgotten a member is joined again, and what is of no use is ignored", async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const { worker, wanted, port } = fakeWorker();
  const source = t.sharedSource(stream.url, { worker });
  const [{ group, member }] = await wanted((data) => data[KIND] === "join");
  for (const data of [undefined, null, "text", {}, { group, member }, { [KIND]: "message", group, member, bytes: "text" }]) {
    port.postMessage(data);
  }
  port.postMessage({ [KIND]: "there?", group, member });
  await wanted((data) => data[KIND] === "here");
  port.postMessage({ [KIND]: "joined", group, member });
  await wanted((data) => data[KIND] === "post");
  port.postMessage({ [KIND]: "unknown", group, member });
  const again = (data) => data[KIND] === "join" && data.member !== member;
  const [second] = await wanted(again);
  assert.equal(second.group, group);
  port.postMessage({ [KIND]: "unavailable", group, member: second.member });
  assert.equal((await t.next(source, "message")).data, "a");
  assert.equal(source.shared, "alone");
  port.close();
});

