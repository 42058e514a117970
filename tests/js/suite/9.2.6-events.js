import { assert } from "chai";
import { message } from "../harness/recorder.js";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";

const test = section("9.2.6", "Interpreting an event stream: the events");

const FIN = "event: fin\ndata\n\n";
const everywhere = (reason) => ({ chromium: reason, firefox: reason, webkit: reason, node: reason });
const NEVER_TRUSTED = { ours: "what a script dispatches is not trusted: the documented exception" };
const OWN_STATE = { node: "Node's events keep their state in properties of their own" };
const NOT_FROZEN = { node: "Node does not freeze the ports" };
const NO_INIT = { node: "Node has no initMessageEvent" };
const OWN_ERROR = { node: "Node throws an error of its own" };

/** Calls `look` in a listener to each event of the types, in order; what it returns, and the events. */
async function look(t, source, types, count, look) {
  const seen = [];
  const events = [];
  await new Promise((resolve) => {
    for (const type of types) {
      source.addEventListener(type, (event) => {
        seen.push(look(event));
        if (events.push(event) === count) {
          resolve();
        }
      });
    }
  });
  return { seen, events };
}

/** An open, a message and an error event, of a stream that ends. */
async function threeEvents(t, visit) {
  const stream = await t.stream(["retry: 60000\nid: 7\ndata: x\n\n", END]);
  const source = t.eventSource(stream.url);
  return { source, ...(await look(t, source, ["open", "message", "error"], 3, visit)) };
}

test("open and error are plain events, and a message is a MessageEvent", async (t) => {
  const { events } = await threeEvents(t, () => {});
  for (const [index, event] of events.entries()) {
    assert.isTrue(event instanceof Event);
    assert.equal(event instanceof MessageEvent, index === 1);
    assert.strictEqual(event.constructor, index === 1 ? MessageEvent : Event);
    const plain = index === 1 ? new MessageEvent("made up") : new Event("made up");
    assert.equal(`${event}`, `${plain}`);
    assert.deepEqual([event.bubbles, event.cancelable, event.composed], [false, false, false], event.type);
    assert.isFalse(event.defaultPrevented, event.type);
  }
  assert.deepEqual(events.map(({ type }) => type), ["open", "message", "error"]);
});

const CHEAPER = "its messages have a prototype of their own before MessageEvent's: in Chromium they are made and dispatched more than twice as fast";

test("no event has a prototype of its own", { ours: everywhere(CHEAPER) }, async (t) => {
  const { events } = await threeEvents(t, () => {});
  const prototypes = [Event.prototype, MessageEvent.prototype, Event.prototype];
  assert.isTrue(events.every((event, index) => Object.getPrototypeOf(event) === prototypes[index]));
});

test("a message shows the members of every MessageEvent, and copies into another", async (t) => {
  const { events } = await threeEvents(t, () => {});
  const shown = (event) => {
    const names = [];
    for (const name in event) {
      names.push(name);
    }
    return names;
  };
  const copy = new MessageEvent("copy", events[1]);
  assert.sameMembers(shown(events[1]), shown(copy));
  const { data, lastEventId, origin } = events[1];
  assert.deepEqual([copy.data, copy.lastEventId, copy.origin], [data, lastEventId, origin]);
  for (const name of ["data", "origin", "lastEventId", "source", "ports"]) {
    const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(events[1]), name);
    assert.throws(() => get.call(new Event("message")), TypeError);
  }
});

test("error is a plain event also when the connection fails for good", async (t) => {
  const event = await t.next(t.eventSource(`${t.origin}/status/404`), "error");
  assert.strictEqual(Object.getPrototypeOf(event), Event.prototype);
  assert.deepEqual([event.bubbles, event.cancelable, event.composed], [false, false, false]);
});

const EXPLAINED = "its error event says why it was fired, in properties of its own that are not enumerable";
const EXPLAINS = { chromium: EXPLAINED, firefox: EXPLAINED, webkit: EXPLAINED };

test("an event has the own properties of every event", { skip: OWN_STATE, ours: EXPLAINS }, async (t) => {
  const { events } = await threeEvents(t, () => {});
  for (const event of events) {
    assert.deepEqual(Reflect.ownKeys(event), Reflect.ownKeys(new Event("made up")), event.type);
  }
});

test("the events of a source are trusted", { skip: NEVER_TRUSTED }, async (t) => {
  const { events } = await threeEvents(t, () => {});
  assert.deepEqual(events.map(({ isTrusted }) => isTrusted), [true, true, true]);
});

test("while it is dispatched an event is at its target, the source", async (t) => {
  const { source, seen } = await threeEvents(t, (event) => ({
    targets: [event.target, event.srcElement, event.currentTarget, ...event.composedPath()],
    phase: event.eventPhase,
  }));
  for (const { targets, phase } of seen) {
    assert.lengthOf(targets, 4);
    assert.isTrue(targets.every((target) => target === source));
    assert.equal(phase, Event.AT_TARGET);
  }
});

test("after it was dispatched an event has its target only", async (t) => {
  const { source, events } = await threeEvents(t, () => {});
  await new Promise((resolve) => setTimeout(resolve));
  for (const event of events) {
    assert.isTrue(event.target === source && event.srcElement === source, event.type);
    assert.deepEqual([event.currentTarget, event.eventPhase, event.composedPath()], [null, Event.NONE, []]);
  }
});

test("an event's time is when it came, by the clock of its scope", async (t) => {
  const before = performance.now();
  const { seen } = await threeEvents(t, ({ timeStamp }) => [timeStamp, performance.now()]);
  let last = before;
  for (const [time, now] of seen) {
    // Browsers round both clocks, and not in the same way.
    assert.isAtLeast(time, last - 100);
    assert.isAtMost(time, now + 100);
    last = time;
  }
});

test("a message has the standard's attributes", async (t) => {
  const { events } = await threeEvents(t, () => {});
  const [, { data, origin, lastEventId, source }] = events;
  assert.deepEqual([data, origin, lastEventId, source], ["x", t.origin, "7", null]);
});

test("a message's ports are one frozen empty array", { skip: NOT_FROZEN }, async (t) => {
  const { events } = await threeEvents(t, () => {});
  const { ports } = events[1];
  assert.isArray(ports);
  assert.lengthOf(ports, 0);
  assert.isTrue(Object.isFrozen(ports));
  assert.strictEqual(events[1].ports, ports);
});

test("a message cannot be cancelled", async (t) => {
  const { seen } = await threeEvents(t, (event) => {
    event.preventDefault();
    // Node has a getter only.
    Reflect.set(event, "returnValue", false);
    return [event.defaultPrevented, event.returnValue];
  });
  assert.deepEqual(seen, [[false, true], [false, true], [false, true]]);
});

test("the attributes of an event cannot be set", async (t) => {
  const { events } = await threeEvents(t, () => {});
  const [, event] = events;
  for (const name of ["data", "origin", "lastEventId", "source", "ports", "type", "target", "timeStamp"]) {
    const value = event[name];
    assert.isFalse(Reflect.set(event, name, "set"), name);
    assert.strictEqual(event[name], value);
  }
});

test("while it is dispatched a message cannot be initialized anew", async (t) => {
  const { seen } = await threeEvents(t, (event) => {
    event.initMessageEvent?.("other", true, true, "data", "origin", "id");
    event.initEvent("other", true, true);
    return [event.type, event.data, event.lastEventId, event.bubbles, event.cancelable];
  });
  assert.deepEqual(seen, [
    ["open", undefined, undefined, false, false],
    ["message", "x", "7", false, false],
    ["error", undefined, undefined, false, false],
  ]);
});

test("after it was dispatched a message can be initialized anew", { skip: NO_INIT }, async (t) => {
  const { events } = await threeEvents(t, () => {});
  const [, event] = events;
  event.initMessageEvent("other", true, true, { any: "data" }, "origin", "id", null, []);
  assert.deepEqual([event.type, event.bubbles, event.cancelable], ["other", true, true]);
  assert.deepEqual([event.data, event.origin, event.lastEventId], [{ any: "data" }, "origin", "id"]);
});

test("an event cannot be dispatched while it is dispatched", { skip: OWN_ERROR }, async (t) => {
  const { seen } = await threeEvents(t, (event) => {
    try {
      return new EventTarget().dispatchEvent(event);
    } catch (error) {
      return [error instanceof DOMException, error.name];
    }
  });
  assert.deepEqual(seen, Array(3).fill([true, "InvalidStateError"]));
});

test("an event can be dispatched again, on any target", async (t) => {
  const { events } = await threeEvents(t, () => {});
  await new Promise((resolve) => setTimeout(resolve));
  const other = new EventTarget();
  for (const event of events) {
    let heard = null;
    other.addEventListener(event.type, (again) => (heard = again));
    assert.isTrue(other.dispatchEvent(event));
    assert.strictEqual(heard, event);
    assert.isTrue(event.target === other && event.isTrusted === false, event.type);
  }
  assert.deepEqual([events[1].data, events[1].lastEventId], ["x", "7"]);
});

test("events that the server gives the names of the source's own are messages", async (t) => {
  const names = ["open", "error", "message", "close"];
  const stream = await t.stream([names.map((name) => `event: ${name}\ndata: ${name}\n\n`).join(""), FIN]);
  const source = t.eventSource(stream.url);
  const handled = [];
  source.onopen = source.onmessage = source.onerror = ({ type, data }) => handled.push([type, data]);
  const { events } = await look(t, source, [...names, "fin"], 6, () => {});
  const [, ...received] = events;
  assert.isTrue(received.every((event) => event instanceof MessageEvent));
  assert.deepEqual(received.map((event) => event.data), [...names, ""]);
  assert.deepEqual(handled, [["open", undefined], ...names.slice(0, 3).map((name) => [name, name])]);
});

test("an error of the server's leaves the source open, and the stream goes on", async (t) => {
  const stream = await t.stream(["event: error\ndata: 1\n\n", "data: 2\n\n"]);
  const events = await t.record(t.eventSource(stream.url), "error", "message").take(2);
  assert.deepEqual(events.map((entry) => [...message(entry), entry.readyState]), [
    ["error", "1", "", 1],
    ["message", "2", "", 1],
  ]);
});

test("the name of an event is kept to the letter", async (t) => {
  const names = [
    "constructor", "__proto__", "hasOwnProperty", "then", "on", "onmessage", "a b", " a", "a ", "a:b", "ünï", "日本語",
    "🙂", "MESSAGE", "Open", "\t", "\u00A0", "e\u0301", "\u00E9", "0", "null",
  ];
  const stream = await t.stream([names.map((name, index) => `event: ${name}\ndata: ${index}\n\n`).join("")]);
  const events = await t.record(t.eventSource(stream.url), "message", "open", ...names).take(names.length + 1);
  const expected = names.map((name, index) => [name, String(index)]);
  assert.deepEqual(events.slice(1).map(({ type, event }) => [type, event.data]), expected);
});

test("an event that a page dispatches itself reaches the listeners, and changes nothing", (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  const events = t.record(source, "open", "message", "error");
  source.dispatchEvent(new Event("open"));
  source.dispatchEvent(new MessageEvent("message", { data: "own", lastEventId: "8" }));
  source.dispatchEvent(new Event("error"));
  assert.deepEqual(events.all.map(({ type, readyState }) => [type, readyState]), [
    ["open", 0],
    ["message", 0],
    ["error", 0],
  ]);
  assert.deepEqual(message(events.all[1]), ["message", "own", "8"]);
});

test("events do not go through a page's own dispatchEvent", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url);
  const calls = [];
  const { dispatchEvent } = EventTarget.prototype;
  const own = function (event) {
    if (this === source) {
      calls.push(event.type);
    }
    return dispatchEvent.call(this, event);
  };
  source.dispatchEvent = own;
  EventTarget.prototype.dispatchEvent = own;
  try {
    await t.record(source, "open", "message").take(2);
  } finally {
    EventTarget.prototype.dispatchEvent = dispatchEvent;
  }
  assert.deepEqual(calls, []);
});
