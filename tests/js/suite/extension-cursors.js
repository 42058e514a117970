import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";

const extension = section("Extension", "where the next connection goes on");

function test(sentence, ...rest) {
  const body = rest.pop();
  extension(sentence, { skip: { native: "no browser has it", ...rest[0]?.skip } }, body);
}

const ALONE = { skip: { shared: "a source that shares goes on where its group has read to" } };

const refused = (status, ...headers) => ({ status, headers, steps: ["unknown ID", END] });
const idOf = (request) => request.header("last-event-id") ?? "";

test("reconnect({ lastEventId }) goes on from there, at once, and without an error", ALONE, async (t) => {
  const stream = await t.stream(["id: 7\ndata: a\n\n"], ["data: b\n\n"], ["data: c\n\n"], ["data: d\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  for (const [options, id] of [[{ lastEventId: "3" }, "3"], [{}, "3"], [{ lastEventId: "" }, ""]]) {
    source.reconnect(options);
    assert.equal(source.lastEventId, id);
    await events.take(2);
    assert.equal(source.lastEventId, id);
  }
  assert.deepEqual(events.types, Array(4).fill(["open", "message"]).flat());
  assert.deepEqual(events.all.filter(({ type }) => type === "message").map(({ event }) => event.lastEventId), ["7", "3", "3", ""]);
  const requests = await stream.requests({ count: 4 });
  assert.deepEqual(requests.map(idOf), ["", "3", "3", ""]);
});

test("a lastEventId that is set before there is a connection goes into the first request", ALONE, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const source = t.eventSource(stream.url, { lastEventId: "1" });
  source.reconnect({ lastEventId: "2" });
  const { lastEventId } = await t.next(source, "message");
  assert.equal(lastEventId, "2");
  const requests = await stream.requests({ count: 1 });
  // A request that was sent before may have been faster or slower.
  assert.include(requests.map(idOf), "2");
});

test("a lastEventId that cannot be sent is a TypeError, and changes nothing", ALONE, async (t) => {
  const stream = await t.stream(["id: 7\ndata: a\n\n"]);
  const source = t.eventSource(stream.url);
  await t.next(source, "message");
  for (const lastEventId of ["a\nb", "a\0", "a\r", Symbol("1")]) {
    assert.throws(() => source.reconnect({ lastEventId }), TypeError, /lastEventId must/);
  }
  assert.deepEqual([source.readyState, source.lastEventId], [1, "7"]);
  assert.isTrue(await stream.countStaysAt(1, 100));
});

test("a closed source does not change its lastEventId", ALONE, async (t) => {
  const stream = await t.stream(["id: 7\ndata: a\n\n"]);
  const source = t.eventSource(stream.url);
  await t.next(source, "message");
  source.close();
  source.reconnect({ lastEventId: "8" });
  assert.deepEqual([source.readyState, source.lastEventId], [2, "7"]);
});

for (const [what, lastEventId] of [["clears", ""], ["replaces", "1"]]) {
  test(`an answer of retryIf ${what} the last event ID that the server does not know any more`, ALONE, async (t) => {
    const stream = await t.stream(["retry: 1\nid: 7\ndata: a\n\n", END], refused(410), ["data: b\n\n"]);
    const retryIf = ({ status }) => status === 410 && { lastEventId };
    const source = t.eventSource(stream.url, { reconnect: { retryIf } });
    const events = t.record(source, "message");
    await events.take(2);
    assert.deepEqual(events.all.map(({ event }) => event.lastEventId), ["7", lastEventId]);
    const requests = await stream.requests({ count: 3 });
    assert.deepEqual(requests.map(idOf), ["", "7", lastEventId]);
  });
}

test("with a delay of 0 in the answer of retryIf, the next request goes out at once, whatever Retry-After says", async (t) => {
  const stream = await t.stream(refused(401, ["Retry-After", "3600"]), ["data: a\n\n"]);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 3_600_000, retryIf: () => ({ delay: 0 }) } });
  const error = await t.next(source, "error");
  assert.deepEqual([error.status, error.reconnectsIn, source.readyState], [401, 0, 0]);
  assert.equal((await t.next(source, "message")).data, "a");
});

test("a delay in the answer of retryIf is the wait, with nothing added", async (t) => {
  const stream = await t.stream(refused(503), ["data: a\n\n"]);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 3_600_000, retryIf: async () => ({ delay: 20 }) } });
  assert.equal((await t.next(source, "error")).reconnectsIn, 20);
  assert.equal((await t.next(source, "message")).data, "a");
});

test("answers that always say 0 do not make a loop without pauses", async (t) => {
  const stream = await t.stream(refused(401));
  const source = t.eventSource(stream.url, { reconnect: { maxAttempts: 6, retryIf: () => ({ delay: 0 }) } });
  const waits = [];
  source.onerror = ({ reconnectsIn }) => waits.push(reconnectsIn);
  while (source.readyState !== 2) {
    await t.next(source, "error");
  }
  assert.isTrue(waits.slice(3, 6).some((wait) => wait > 50), `${waits}`);
  assert.deepEqual([waits.length, waits[0], waits.at(-1)], [7, 0, undefined]);
});
