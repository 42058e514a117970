import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";

const test = section("9.2.2", "The event handler attributes");

const TYPES = ["open", "message", "error"];
const NO_ERROR_EVENT = { node: "older Nodes have no ErrorEvent" };
const FIN = "event: fin\ndata\n\n";

/** A source that hears nothing from the server, so that the case may dispatch events on it. */
const silent = (t) => t.eventSource(`${t.origin}/silence`);

/** Dispatches an event called message on the source; gives it back. */
function dispatch(source, init) {
  const event = new Event("message", init);
  source.dispatchEvent(event);
  return event;
}

test("the handler attributes are null until they are set, and give back what was set", (t) => {
  const source = silent(t);
  for (const name of TYPES.map((type) => `on${type}`)) {
    assert.isNull(source[name]);
    const handler = () => {};
    source[name] = handler;
    assert.strictEqual(source[name], handler);
    source[name] = null;
    assert.isNull(source[name]);
    for (const nothing of [undefined, 5, "handler", true, 1n, Symbol("handler")]) {
      source[name] = handler;
      source[name] = nothing;
      assert.isNull(source[name]);
    }
  }
});

test("any object is kept as handler", (t) => {
  const source = silent(t);
  for (const handler of [{}, [], /x/, Object.create(null), new Proxy(() => {}, {}), class {}, async () => {}]) {
    source.onmessage = handler;
    assert.strictEqual(source.onmessage, handler);
  }
});

test("the handlers of each type and of each source are their own", (t) => {
  const [one, other] = [silent(t), silent(t)];
  const handlers = [() => {}, () => {}, () => {}];
  [one.onopen, one.onmessage, one.onerror] = handlers;
  assert.deepEqual([one.onopen, one.onmessage, one.onerror], handlers);
  assert.deepEqual([other.onopen, other.onmessage, other.onerror], [null, null, null]);
});

test("a handler attribute that is set without a value becomes null", (t) => {
  const source = silent(t);
  source.onmessage = () => {};
  Object.getOwnPropertyDescriptor(t.EventSource.prototype, "onmessage").set.call(source);
  assert.isNull(source.onmessage);
});

test("onopen, onmessage and onerror are called with the source as this and the event alone", async (t) => {
  const stream = await t.stream(["retry: 60000\n\n", "data: x\n\n", END]);
  const source = t.eventSource(stream.url);
  const calls = await new Promise((resolve) => {
    const seen = [];
    for (const type of TYPES) {
      source[`on${type}`] = function (...values) {
        const [event] = values;
        seen.push([event.type, values.length, this === source, event.currentTarget === source]);
        if (seen.length === 3) {
          resolve(seen);
        }
      };
    }
  });
  assert.deepEqual(calls, TYPES.map((type) => [type, 1, true, true]));
});

test("onerror gets an ErrorEvent whole, and does not cancel it by returning true", { skip: NO_ERROR_EVENT }, (t) => {
  const source = silent(t);
  const seen = [];
  for (const result of [true, false]) {
    source.onerror = (...values) => {
      seen.push(values);
      return result;
    };
    const event = new ErrorEvent("error", { message: "made up", cancelable: true });
    source.dispatchEvent(event);
    assert.deepEqual(seen.pop(), [event]);
    assert.equal(event.defaultPrevented, !result);
  }
});

test("a handler cancels an event by returning false, and by nothing else", (t) => {
  const source = silent(t);
  for (const result of [true, 0, "", null, undefined, NaN, 0n, new Boolean(false), Promise.resolve(false)]) {
    source.onmessage = () => result;
    assert.isFalse(dispatch(source, { cancelable: true }).defaultPrevented, String(result));
  }
  source.onmessage = () => false;
  assert.isTrue(dispatch(source, { cancelable: true }).defaultPrevented);
  assert.isFalse(dispatch(source).defaultPrevented);
});

test("what came from the server cannot be cancelled by a handler", async (t) => {
  const stream = await t.stream([`data: x\n\n${FIN}`]);
  const source = t.eventSource(stream.url);
  const seen = [];
  source.onopen = source.onmessage = (event) => {
    seen.push(event);
    return false;
  };
  await t.next(source, "fin");
  assert.deepEqual(seen.map(({ type, defaultPrevented }) => [type, defaultPrevented]), [
    ["open", false],
    ["message", false],
  ]);
});

test("a handler is called in its place among the listeners, also after it was replaced", async (t) => {
  const stream = await t.stream(["data: x\n\n", FIN]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.addEventListener("message", () => calls.push("first"));
  source.onmessage = () => calls.push("replaced");
  source.addEventListener("message", () => calls.push("last"));
  source.onmessage = () => calls.push("handler");
  await t.next(source, "fin");
  assert.deepEqual(calls, ["first", "handler", "last"]);
});

test("a handler that was set to null and set again is called last", async (t) => {
  const stream = await t.stream(["data: x\n\n", FIN]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.onmessage = () => calls.push("removed");
  source.addEventListener("message", () => calls.push("first"));
  source.onmessage = null;
  source.addEventListener("message", () => calls.push("second"));
  source.onmessage = () => calls.push("handler");
  await t.next(source, "fin");
  assert.deepEqual(calls, ["first", "second", "handler"]);
});

test("what is no object takes a handler's place away like null", (t) => {
  const source = silent(t);
  const calls = [];
  source.onmessage = () => calls.push("removed");
  source.addEventListener("message", () => calls.push("listener"));
  source.onmessage = 5;
  source.onmessage = () => calls.push("handler");
  dispatch(source);
  assert.deepEqual(calls, ["listener", "handler"]);
});

test("a handler that was set to null is not called", async (t) => {
  const stream = await t.stream(["data: x\n\n", FIN]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.onmessage = () => calls.push("handler");
  source.onmessage = null;
  source.onmessage = null;
  await t.next(source, "fin");
  assert.deepEqual(calls, []);
});

test("an object as handler is kept but not called", async (t) => {
  const stream = await t.stream(["data: x\n\n", FIN]);
  const source = t.eventSource(stream.url);
  const handler = { handleEvent: () => assert.fail("called") };
  source.onmessage = handler;
  await t.next(source, "fin");
  assert.strictEqual(source.onmessage, handler);
});

test("an object as handler keeps the place for the function after it", (t) => {
  const source = silent(t);
  const calls = [];
  source.onmessage = {};
  source.addEventListener("message", () => calls.push("listener"));
  dispatch(source);
  source.onmessage = () => calls.push("handler");
  dispatch(source);
  assert.deepEqual(calls, ["listener", "handler", "listener"]);
});

test("of a function as handler handleEvent is not called", (t) => {
  const source = silent(t);
  const calls = [];
  source.onmessage = Object.assign(() => calls.push("function"), { handleEvent: () => calls.push("handleEvent") });
  dispatch(source);
  assert.deepEqual(calls, ["function"]);
});

test("a handler is no listener that could be removed, or that is there already", (t) => {
  const source = silent(t);
  const calls = [];
  const handler = () => calls.push("called");
  source.onmessage = handler;
  source.removeEventListener("message", handler);
  dispatch(source);
  assert.equal(calls.length, 1);
  source.addEventListener("message", handler);
  dispatch(source);
  assert.equal(calls.length, 3);
});

test("a handler that is set while an event is dispatched waits for the next event", async (t) => {
  const stream = await t.stream([`data: 1\n\ndata: 2\n\n${FIN}`]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.addEventListener("message", () => {
    source.onmessage ??= ({ data }) => calls.push(data);
  });
  await t.next(source, "fin");
  assert.deepEqual(calls, ["2"]);
});

test("a handler that is replaced by a listener before it is not called", async (t) => {
  const stream = await t.stream([`data: x\n\n${FIN}`]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.addEventListener("message", () => (source.onmessage = () => calls.push("new")));
  source.onmessage = () => calls.push("old");
  await t.next(source, "fin");
  assert.deepEqual(calls, ["new"]);
});

test("a handler that is set to null by a listener before it is not called", async (t) => {
  const stream = await t.stream([`data: 1\n\ndata: 2\n\n${FIN}`]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.addEventListener("message", ({ data }) => {
    source.onmessage = null;
    if (data === "1") {
      // This one has a place of its own, after the listeners that were there when the event was dispatched.
      source.onmessage = () => calls.push(data);
    }
  });
  source.onmessage = () => calls.push("old");
  await t.next(source, "fin");
  assert.deepEqual(calls, []);
});

test("a handler may take itself away", async (t) => {
  const stream = await t.stream([`data: 1\n\ndata: 2\n\n${FIN}`]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.onmessage = ({ data }) => {
    calls.push(data);
    source.onmessage = null;
  };
  await t.next(source, "fin");
  assert.deepEqual(calls, ["1"]);
});

test("setting a handler does not go through a page's own addEventListener", (t) => {
  const calls = [];
  class Own extends t.EventSource {
    addEventListener = () => calls.push("addEventListener");
    removeEventListener = () => calls.push("removeEventListener");
  }
  const source = new Own(`${t.origin}/silence`);
  source.close();
  source.onmessage = () => calls.push("handler");
  dispatch(source);
  source.onmessage = null;
  dispatch(source);
  assert.deepEqual(calls, ["handler"]);
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
