import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, END, waitFor } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: the request and the announcement");

test("the request is a GET for an event stream, without an ID", async (t) => {
  const stream = await t.stream([COMMENT]);
  await t.next(t.eventSource(stream.url), "open");
  const [request] = await stream.requests({ count: 1 });
  assert.equal(request.method, "GET");
  assert.equal(request.header("accept"), "text/event-stream");
  assert.isUndefined(request.header("last-event-id"));
});

test("the request bypasses caches", async (t) => {
  const headers = [
    ["content-type", "text/event-stream"],
    ["cache-control", "max-age=3600"],
  ];
  const stream = await t.stream({ headers, steps: ["data: first\n\n", END] }, ["data: second\n\n"]);
  const first = t.eventSource(stream.url);
  const [{ event }] = await t.record(first, "message", "error").take(2);
  assert.equal(event.data, "first");
  first.close();
  assert.equal((await t.next(t.eventSource(stream.url), "message")).data, "second");
});

const HELD_BACK = { firefox: "shows a response only with the first byte of its body" };

test("open fires when the headers are there, before any byte of the body", { both: HELD_BACK }, async (t) => {
  const stream = await t.stream([waitFor("opened"), "data: x\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.next();
  await stream.signal("opened");
  await events.next();
  assert.deepEqual(events.types, ["open", "message"]);
});

test("no event fires before the headers are there", async (t) => {
  const stream = await t.stream({ headersAfter: "requested", steps: ["data: x\n\n"] });
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await stream.requests({ count: 1 });
  assert.deepEqual([events.types, source.readyState], [[], 0]);
  await stream.signal("requested");
  await events.take(2);
  assert.deepEqual(events.types, ["open", "message"]);
});

test("events are dispatched as they come, not when the body is complete", async (t) => {
  const stream = await t.stream(["data: 1\n\n", waitFor("next"), "data: 2\n\n", waitFor("next"), "data: 3\n\n"]);
  const events = t.record(t.eventSource(stream.url), "message");
  for (const data of ["1", "2", "3"]) {
    assert.equal((await events.next()).event.data, data);
    await stream.signal("next");
  }
});

test("ten thousand events come in order, none twice", async (t) => {
  const numbers = Array.from({ length: 10_000 }, (_, index) => String(index));
  const stream = await t.stream([numbers.map((number) => `data: ${number}\n\n`).join("")]);
  const events = await t.record(t.eventSource(stream.url), "message", "error").take(numbers.length);
  assert.isTrue(events.every(({ event }, index) => event.data === numbers[index]));
});

test("a message of a megabyte in one line comes whole", async (t) => {
  const data = "0123456789abcdef".repeat(65_536);
  const stream = await t.stream([`data: ${data}\n\n`]);
  const event = await t.next(t.eventSource(stream.url), "message");
  assert.isTrue(event.data === data);
});

for (const type of [
  "text/event-stream",
  "text/event-stream;",
  "text/event-stream; charset=utf-8",
  'TEXT/Event-Stream;charset="UTF-8";x=y',
  "text/event-stream ; unknown=parameter",
]) {
  test(`the type ${type} announces the connection`, async (t) => {
    const stream = await t.stream({ headers: [["content-type", type]], steps: ["data: x\n\n"] });
    const event = await t.next(t.eventSource(stream.url), "message");
    assert.equal(event.data, "x");
  });
}

const CHARSET = { chromium: "refuses every charset but UTF-8" };

test("the stream is UTF-8, whatever its type says", { native: CHARSET }, async (t) => {
  const headers = [["content-type", "text/event-stream; charset=windows-1251"]];
  const stream = await t.stream({ headers, steps: ["data: ж€\n\n"] });
  const event = (await t.record(t.eventSource(stream.url), "message", "error").next()).event;
  assert.deepEqual([event.type, event.data], ["message", "ж€"]);
});
