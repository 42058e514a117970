import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, END } from "../harness/steps.js";

const test = section("9.2.2", "The EventSource interface");

const TYPES = ["open", "message", "error"];
const NO_BASE = { node: "Node has no base URL" };

/** The error that this throws. */
function thrownBy(body) {
  try {
    body();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("the class and its prototype have the constants CONNECTING, OPEN and CLOSED", async ({ EventSource }) => {
  for (const object of [EventSource, EventSource.prototype]) {
    assert.deepEqual([object.CONNECTING, object.OPEN, object.CLOSED], [0, 1, 2]);
  }
});

test("the constants can neither be written nor deleted", async ({ EventSource }) => {
  for (const object of [EventSource, EventSource.prototype]) {
    for (const [index, name] of ["CONNECTING", "OPEN", "CLOSED"].entries()) {
      const expected = { value: index, writable: false, enumerable: true, configurable: false };
      assert.deepEqual(Object.getOwnPropertyDescriptor(object, name), expected);
    }
  }
});

test("the class is called EventSource and takes one argument at least", async ({ EventSource }) => {
  assert.equal(EventSource.name, "EventSource");
  assert.equal(EventSource.length, 1);
});

test("a source is an EventSource and an EventTarget", async (t) => {
  const stream = await t.stream([]);
  const source = t.eventSource(stream.url);
  assert.instanceOf(source, t.EventSource);
  assert.instanceOf(source, EventTarget);
  assert.equal(Object.prototype.toString.call(source), "[object EventSource]");
});

test("a URL that cannot be parsed throws a SyntaxError", async ({ EventSource }) => {
  for (const url of ["http://", "http://[::1", "http://127.0.0.1:port/", "http://127.0.0.1:99999/"]) {
    const error = thrownBy(() => new EventSource(url));
    assert.instanceOf(error, DOMException, url);
    assert.equal(error.name, "SyntaxError", url);
    assert.equal(error.code, DOMException.SYNTAX_ERR, url);
  }
});

test("without an argument the constructor throws a TypeError", async ({ EventSource }) => {
  assert.instanceOf(thrownBy(() => new EventSource()), TypeError);
});

test("calling the class without new throws a TypeError", async ({ EventSource, origin }) => {
  assert.instanceOf(thrownBy(() => EventSource(`${origin}/silence`)), TypeError);
});

test("an init that is no dictionary throws a TypeError", async (t) => {
  assert.instanceOf(thrownBy(() => t.eventSource(`${t.origin}/silence`, 1)), TypeError);
});

test("url is the serialized URL", async (t) => {
  const source = t.eventSource(`${t.origin.toUpperCase()}/a/../silence?q=a b#fragment`);
  assert.equal(source.url, `${t.origin}/silence?q=a%20b#fragment`);
});

test("a relative URL is resolved against the base URL", { skip: NO_BASE }, async (t) => {
  const base = globalThis.document?.baseURI ?? globalThis.location.href;
  assert.equal(t.eventSource("streams/none?1").url, new URL("streams/none?1", base).href);
  assert.equal(t.eventSource("/silence").url, `${t.origin}/silence`);
  assert.equal(t.eventSource("").url, base);
});

test("the request goes to the resolved URL", { skip: NO_BASE }, async (t) => {
  const stream = await t.stream(["data: here\n\n"]);
  const event = await t.next(t.eventSource(`${stream.path}?one=1#two`), "message");
  assert.equal(event.data, "here");
  const [request] = await stream.requests({ count: 1 });
  assert.equal(request.url, `${stream.path}?one=1`);
});

test("what is not a string becomes one", async (t) => {
  const url = `${t.origin}/silence`;
  assert.equal(t.eventSource(new URL(url)).url, url);
  assert.equal(t.eventSource({ toString: () => url }).url, url);
});

test("withCredentials is what the init says, and false when it says nothing", async (t) => {
  const url = `${t.origin}/silence`;
  const values = [[], [undefined], [null], [{}], [{ withCredentials: undefined }], [{ withCredentials: 0 }]];
  for (const init of values) {
    const source = t.eventSource(url, ...init);
    assert.strictEqual(source.withCredentials, false);
    source.close();
  }
  for (const withCredentials of [true, 1, "yes", {}]) {
    const source = t.eventSource(url, { withCredentials });
    assert.strictEqual(source.withCredentials, true);
    source.close();
  }
});

test("url, withCredentials and readyState cannot be set", async (t) => {
  const url = `${t.origin}/silence`;
  const source = t.eventSource(url);
  for (const [name, value] of [["url", "x"], ["withCredentials", true], ["readyState", 2]]) {
    assert.isFalse(Reflect.set(source, name, value), name);
  }
  assert.deepEqual([source.url, source.withCredentials, source.readyState], [url, false, 0]);
});

test("readyState is CONNECTING after construction and OPEN from the open event on", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url);
  assert.equal(source.readyState, 0);
  const events = await t.record(source, "open", "message").take(2);
  assert.deepEqual(
    events.map(({ type, readyState }) => [type, readyState]),
    [
      ["open", 1],
      ["message", 1],
    ],
  );
});

test("open is an event without data, bubbles nowhere and cannot be cancelled", async (t) => {
  const stream = await t.stream([COMMENT]);
  const source = t.eventSource(stream.url);
  const event = await t.next(source, "open");
  assert.instanceOf(event, Event);
  assert.notInstanceOf(event, MessageEvent);
  assert.deepEqual([event.type, event.bubbles, event.cancelable, event.composed], ["open", false, false, false]);
  assert.strictEqual(event.target, source);
});

test("error is an event without data, bubbles nowhere and cannot be cancelled", async (t) => {
  const source = t.eventSource(`${t.origin}/status/404`);
  const event = await t.next(source, "error");
  assert.instanceOf(event, Event);
  assert.notInstanceOf(event, MessageEvent);
  assert.deepEqual([event.type, event.bubbles, event.cancelable, event.composed], ["error", false, false, false]);
  assert.strictEqual(event.target, source);
});

test("the handler attributes are null until they are set, and give back what was set", async (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  for (const name of TYPES.map((type) => `on${type}`)) {
    assert.isNull(source[name]);
    const handler = () => {};
    source[name] = handler;
    assert.strictEqual(source[name], handler);
    source[name] = null;
    assert.isNull(source[name]);
    source[name] = handler;
    for (const nothing of [undefined, 5, "handler"]) {
      source[name] = nothing;
      assert.isNull(source[name]);
    }
  }
});

test("onopen, onmessage and onerror are called with the source as this and the event", async (t) => {
  const stream = await t.stream(["retry: 60000\n\n", "data: x\n\n", END]);
  const source = t.eventSource(stream.url);
  const calls = await new Promise((resolve) => {
    const seen = [];
    for (const type of TYPES) {
      source[`on${type}`] = function (event) {
        seen.push([event.type, this === source, event.currentTarget === source]);
        if (seen.length === 3) {
          resolve(seen);
        }
      };
    }
  });
  assert.deepEqual(calls, TYPES.map((type) => [type, true, true]));
});

test("a handler is called in its place among the listeners, also after it was replaced", async (t) => {
  const stream = await t.stream(["data: x\n\n", "event: fin\ndata\n\n"]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.addEventListener("message", () => calls.push("first"));
  source.onmessage = () => calls.push("replaced");
  source.addEventListener("message", () => calls.push("last"));
  source.onmessage = () => calls.push("handler");
  await t.next(source, "fin");
  assert.deepEqual(calls, ["first", "handler", "last"]);
});

test("a handler that was set to null is not called", async (t) => {
  const stream = await t.stream(["data: x\n\n", "event: fin\ndata\n\n"]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.onmessage = () => calls.push("handler");
  source.onmessage = null;
  await t.next(source, "fin");
  assert.deepEqual(calls, []);
});

test("an object as handler is kept but not called", async (t) => {
  const stream = await t.stream(["data: x\n\n", "event: fin\ndata\n\n"]);
  const source = t.eventSource(stream.url);
  const handler = { handleEvent: () => assert.fail("called") };
  source.onmessage = handler;
  assert.strictEqual(source.onmessage, handler);
  await t.next(source, "fin");
});

test("listeners can be functions, objects, once, and removed again", async (t) => {
  const stream = await t.stream(["data: 1\n\ndata: 2\n\n", "event: fin\ndata\n\n"]);
  const source = t.eventSource(stream.url);
  const calls = [];
  const removed = () => calls.push("removed");
  source.addEventListener("message", ({ data }) => calls.push(`function ${data}`));
  source.addEventListener("message", { handleEvent: ({ data }) => calls.push(`object ${data}`) });
  source.addEventListener("message", ({ data }) => calls.push(`once ${data}`), { once: true });
  source.addEventListener("message", removed);
  source.removeEventListener("message", removed);
  await t.next(source, "fin");
  assert.deepEqual(calls, ["function 1", "object 1", "once 1", "function 2", "object 2"]);
});

test("a listener that throws is reported, and neither the other listeners nor the stream suffer", async (t) => {
  const stream = await t.stream(["data: 1\n\ndata: 2\n\n", "data: 3\n\n"]);
  const source = t.eventSource(stream.url);
  const error = new Error("thrown by a listener on purpose");
  const reported = t.uncaught(error);
  let thrown = false;
  source.addEventListener("message", () => {
    if (!thrown) {
      thrown = true;
      throw error;
    }
  });
  const events = await t.record(source, "message", "error").take(3);
  await reported;
  assert.deepEqual(events.map(({ event }) => event.data), ["1", "2", "3"]);
  assert.isTrue(await stream.countStaysAt(1));
});

test("a handler that throws is reported, and the stream goes on", async (t) => {
  const stream = await t.stream(["data: 1\n\n", "data: 2\n\n"]);
  const source = t.eventSource(stream.url);
  const error = new Error("thrown by a handler on purpose");
  const reported = t.uncaught(error);
  source.onopen = () => {
    throw error;
  };
  const events = await t.record(source, "message", "error").take(2);
  await reported;
  assert.deepEqual(events.map(({ event }) => event.data), ["1", "2"]);
});

test("two sources of one URL are independent of each other", async (t) => {
  const stream = await t.stream(["data: 1\n\n", { waitFor: "closed" }, "data: 2\n\n"]);
  const [one, other] = [t.eventSource(stream.url), t.eventSource(stream.url)];
  const events = t.record(other, "message");
  await Promise.all([t.next(one, "message"), events.next()]);
  one.close();
  await Promise.all([stream.signal("closed"), stream.signal("closed")]);
  assert.equal((await events.next()).event.data, "2");
  assert.deepEqual([one.readyState, other.readyState], [2, 1]);
});

test("an event that a page dispatches itself reaches the listeners", async (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  const seen = [];
  source.onmessage = ({ data }) => seen.push(data);
  source.dispatchEvent(new MessageEvent("message", { data: "own" }));
  assert.deepEqual(seen, ["own"]);
});
