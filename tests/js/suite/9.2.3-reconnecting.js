import { assert } from "chai";
import { message } from "../harness/recorder.js";
import { section } from "../harness/registry.js";
import { COMMENT, CUT, END, waitFor } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: reestablishing the connection");

const ALL = ["open", "message", "error"];

for (const [how, ending] of [
  ["after the end of the body", END],
  ["after a cut", CUT],
]) {
  test(`${how} it says error, waits CONNECTING and opens again`, async (t) => {
    const stream = await t.stream(["retry: 20\ndata: 1\n\n", waitFor("seen"), ending], ["data: 2\n\n"]);
    const recorder = t.record(t.eventSource(stream.url), ...ALL);
    const before = await recorder.take(2);
    await stream.signal("seen");
    const events = [...before, ...(await recorder.take(3))];
    assert.deepEqual(
      events.map(({ type, readyState, event }) => [type, readyState, event.data]),
      [
        ["open", 1, undefined],
        ["message", 1, "1"],
        ["error", 0, undefined],
        ["open", 1, undefined],
        ["message", 1, "2"],
      ],
    );
    assert.isTrue(await stream.countStaysAt(2, 300));
  });
}

test("it comes back as often as the connection is lost", async (t) => {
  const stream = await t.stream(["retry: 20\n\n", END], ["data: 1\n\n", END], [END], [COMMENT, CUT], ["data: 2\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, ...ALL);
  await events.until(({ event }) => event.data === "2");
  assert.deepEqual(
    events.types,
    ["open", "error", "open", "message", "error", "open", "error", "open", "error", "open", "message"],
  );
  assert.equal((await stream.requests({ count: 5 })).length, 5);
});

test("a connection that is dropped before the response is tried again", async (t) => {
  // Browsers repeat a request by themselves when the connection drops, so more than one of them may have to be dropped.
  const dropped = { dropBeforeResponse: true };
  const stream = await t.stream(["retry: 20\n\n", END], dropped, dropped, dropped, dropped, ["data: back\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, ...ALL);
  await events.until(({ type }) => type === "message");
  assert.deepEqual([...new Set(events.types)], ["open", "error", "message"]);
  assert.equal(events.types.filter((type) => type === "open").length, 2);
});

const GIVES_UP = { firefox: "a refused connection fails for good" };

test("what is refused is tried again, until it is not", { native: GIVES_UP }, async (t) => {
  const port = await t.closedPort();
  await port.open();
  const cors = { allowOrigin: "*" };
  const stream = await t.stream({ cors, steps: ["retry: 50\ndata: 1\n\n"] }, { cors, steps: ["data: 2\n\n"] });
  const source = t.eventSource(port.origin + stream.path);
  const events = t.record(source, ...ALL);
  await events.take(2);
  await port.close();
  // The one of the lost connection, and two of attempts that were refused.
  const errors = await events.take(3);
  assert.deepEqual(errors.map(({ type, readyState }) => [type, readyState]), Array(3).fill(["error", 0]));
  await port.open();
  const rest = await events.until(({ type }) => type === "message");
  assert.equal(rest.at(-1).event.data, "2");
  assert.equal(rest.at(-2).type, "open");
});

test("a first connection that is refused is tried again, too", { native: GIVES_UP, timeout: 30_000 }, async (t) => {
  const port = await t.closedPort();
  const stream = await t.stream({ cors: { allowOrigin: "*" }, steps: ["data: here\n\n"] });
  const source = t.eventSource(port.origin + stream.path);
  const events = t.record(source, ...ALL);
  const { type, readyState } = await events.next();
  assert.deepEqual([type, readyState], ["error", 0]);
  await port.open();
  const rest = await events.until(({ type }) => type === "message");
  assert.equal(rest.at(-1).event.data, "here");
});

for (const place of ["mid-event", "mid-character"]) {
  test(`a cut ${place} loses nothing and repeats nothing`, async (t) => {
    const source = t.eventSource(`${t.origin}/cut/${place}?key=${t.unique}&count=10`);
    const events = await t.record(source, "message").take(10);
    const expected = Array.from({ length: 10 }, (_, index) => ["message", `${index + 1} 🦀`, String(index + 1)]);
    assert.deepEqual(events.map(message), expected);
  });
}

test("what was half received is forgotten: the next connection starts afresh", async (t) => {
  const stream = await t.stream(["retry: 20\nevent: half\nid: half\ndata: half", CUT], ["data: whole\n\n"]);
  const event = await t.next(t.eventSource(stream.url), "message");
  assert.deepEqual([event.data, event.lastEventId], ["whole", ""]);
});

test("each connection may begin with a byte order mark", async (t) => {
  const stream = await t.stream(["\uFEFFretry: 20\ndata: 1\n\n", END], ["\uFEFFdata: 2\n\n"]);
  const events = await t.collect(t.eventSource(stream.url), ["message"], 2);
  assert.deepEqual(events.map(({ data }) => data), ["1", "2"]);
});
