import { assert } from "chai";
import { message } from "../harness/recorder.js";
import { section } from "../harness/registry.js";

const test = section("9.2.6", "Interpreting an event stream");

test("a message is a MessageEvent of the standard's attributes", async (t) => {
  const stream = await t.stream(["id: 1\ndata: x\n\n"]);
  const source = t.eventSource(stream.url);
  const event = await t.next(source, "message");
  assert.instanceOf(event, MessageEvent);
  assert.deepEqual([event.type, event.data, event.origin, event.lastEventId], ["message", "x", t.origin, "1"]);
  assert.deepEqual([event.bubbles, event.cancelable, event.composed], [false, false, false]);
  assert.strictEqual(event.target, source);
  assert.isNull(event.source);
  assert.deepEqual([...event.ports], []);
});

test("a named event goes to the listeners of its name, not to onmessage", async (t) => {
  const stream = await t.stream(["event: ping\ndata: 1\n\n", "data: 2\n\n"]);
  const source = t.eventSource(stream.url);
  const handled = [];
  source.onmessage = ({ data }) => handled.push(data);
  const events = await t.record(source, "ping", "message").take(2);
  assert.deepEqual(events.map(message), [
    ["ping", "1", ""],
    ["message", "2", ""],
  ]);
  assert.instanceOf(events[0].event, MessageEvent);
  assert.deepEqual(handled, ["2"]);
});

test("events that the server calls open and error are messages of these types", async (t) => {
  const stream = await t.stream(["event: open\ndata: 1\n\nevent: error\ndata: 2\n\n"]);
  const source = t.eventSource(stream.url);
  const handled = [];
  source.onopen = (event) => handled.push(event.data);
  const events = await t.record(source, "open", "error").take(3);
  assert.deepEqual(
    events.map(({ type, readyState, event }) => [type, readyState, event.data]),
    [
      ["open", 1, undefined],
      ["open", 1, "1"],
      ["error", 1, "2"],
    ],
  );
  assert.deepEqual(handled, [undefined, "1"]);
  assert.isTrue(await stream.countStaysAt(1, 200));
});

test("the name of an event may be any text", async (t) => {
  const names = ["constructor", "__proto__", "on", "a b", "ünï", "MESSAGE"];
  const stream = await t.stream([names.map((name) => `event: ${name}\ndata: ${name}\n\n`).join("")]);
  const events = await t.record(t.eventSource(stream.url), "message", ...names).take(names.length);
  assert.deepEqual(events.map(({ type, event }) => [type, event.data]), names.map((name) => [name, name]));
});

test("each event is an object of its own", async (t) => {
  const stream = await t.stream(["data: 1\n\ndata: 2\n\n"]);
  const [one, two] = await t.collect(t.eventSource(stream.url), ["message"], 2);
  assert.notStrictEqual(one, two);
  assert.deepEqual([one.data, two.data], ["1", "2"]);
});

test("the second event of a block's name is a message again", async (t) => {
  const stream = await t.stream(["event: once\ndata: 1\n\ndata: 2\n\n"]);
  const events = await t.record(t.eventSource(stream.url), "once", "message").take(2);
  assert.deepEqual(events.map(message), [
    ["once", "1", ""],
    ["message", "2", ""],
  ]);
});
