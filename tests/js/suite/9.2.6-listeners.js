import { assert } from "chai";
import { section } from "../harness/registry.js";

const test = section("9.2.6", "Interpreting an event stream: the listeners");

const IN_ORDER = "a target outside of a document calls its listeners in one go, in the order in which they were added";
const NODE = { skip: { node: "Node calls all listeners in the order in which they were added" } };
const AS_ADDED = { ...NODE, both: { chromium: IN_ORDER } };
const AT_TARGET = { ...NODE, both: { chromium: IN_ORDER, webkit: "stopPropagation does nothing at the target" } };
const NOT_PASSIVE = { node: "Node lets a passive listener cancel" };
const LOOKED_UP_EARLY = { skip: { node: "Node looks handleEvent up when the listener is added, too" } };
const FIN = "event: fin\ndata\n\n";

/** What the listeners that `add(source, calls)` adds have pushed to `calls`, after messages with the data 1 and 2. */
async function callsOf(t, add) {
  const stream = await t.stream([`data: 1\n\ndata: 2\n\n${FIN}`]);
  const source = t.eventSource(stream.url);
  const calls = [];
  add(source, calls);
  await t.next(source, "fin");
  return calls;
}

test("listeners are called in the order in which they were added", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("message", ({ data }) => calls.push(`function ${data}`));
    source.addEventListener("message", { handleEvent: ({ data }) => calls.push(`object ${data}`) });
    source.onmessage = ({ data }) => calls.push(`handler ${data}`);
    source.addEventListener("message", null);
  });
  assert.deepEqual(calls, ["function 1", "object 1", "handler 1", "function 2", "object 2", "handler 2"]);
});

test("a listener is called with the source as this, an object with itself", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const object = {
      handleEvent(...values) {
        calls.push(this === object && values.length === 1);
      },
    };
    source.addEventListener("message", object);
    source.addEventListener("message", function (...values) {
      calls.push(this === source && values.length === 1);
    });
  });
  assert.deepEqual(calls, [true, true, true, true]);
});

test("what a listener returns means nothing", (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  source.addEventListener("message", () => false);
  const event = new Event("message", { cancelable: true });
  assert.isTrue(source.dispatchEvent(event));
  assert.isFalse(event.defaultPrevented);
});

test("a listener that was added twice is called once", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const listener = ({ data }) => calls.push(data);
    source.addEventListener("message", listener);
    source.addEventListener("message", listener, { once: true });
    source.addEventListener("message", listener, { passive: true });
  });
  assert.deepEqual(calls, ["1", "2"]);
});

test("a listener is called once more as one that captures, and that first", AS_ADDED, async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const listener = ({ data, eventPhase }) => calls.push([data, eventPhase]);
    source.addEventListener("message", ({ data }) => calls.push(data));
    source.addEventListener("message", listener);
    source.addEventListener("message", listener, true);
  });
  const phase = Event.AT_TARGET;
  assert.deepEqual(calls, [["1", phase], "1", ["1", phase], ["2", phase], "2", ["2", phase]]);
});

test("a listener with once is called once", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("message", ({ data }) => calls.push(data), { once: true });
  });
  assert.deepEqual(calls, ["1"]);
});

test("a listener with once is gone before it is called", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const listener = ({ data }) => {
      calls.push(data);
      source.dispatchEvent(new MessageEvent("message", { data: "own" }));
    };
    source.addEventListener("message", listener, { once: true });
  });
  assert.deepEqual(calls, ["1"]);
});

// One live signal for each source: Node may forget the first of two when it collects garbage.
test("a listener with a signal is gone when that is aborted", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const controller = new AbortController();
    source.addEventListener("message", ({ data }) => calls.push(data), { signal: controller.signal });
    source.addEventListener("message", () => controller.abort());
  });
  assert.deepEqual(calls, ["1"]);
});

test("a listener with a signal that is aborted by one before it is not called", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const controller = new AbortController();
    source.addEventListener("message", () => controller.abort());
    source.addEventListener("message", ({ data }) => calls.push(data), { signal: controller.signal });
  });
  assert.deepEqual(calls, []);
});

test("a listener with a signal that has been aborted is not added", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("message", ({ data }) => calls.push(data), { signal: AbortSignal.abort() });
  });
  assert.deepEqual(calls, []);
});

test("a passive listener cannot cancel an event", { skip: NOT_PASSIVE }, (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  source.addEventListener("message", (event) => event.preventDefault(), { passive: true });
  const event = new Event("message", { cancelable: true });
  source.dispatchEvent(event);
  assert.isFalse(event.defaultPrevented);
  source.addEventListener("message", (event) => event.preventDefault());
  source.dispatchEvent(event);
  assert.isTrue(event.defaultPrevented);
});

test("a listener that was removed is not called", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const removed = ({ data }) => calls.push(`removed ${data}`);
    const kept = ({ data }) => calls.push(`kept ${data}`);
    source.addEventListener("message", removed);
    source.addEventListener("message", kept, true);
    source.removeEventListener("message", removed);
    // A listener that captures is another one.
    source.removeEventListener("message", kept);
  });
  assert.deepEqual(calls, ["kept 1", "kept 2"]);
});

test("a listener that is removed by one before it is not called", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const removed = ({ data }) => calls.push(`removed ${data}`);
    source.addEventListener("message", ({ data }) => {
      calls.push(data);
      source.removeEventListener("message", removed);
    });
    source.addEventListener("message", removed);
  });
  assert.deepEqual(calls, ["1", "2"]);
});

test("a listener may remove itself without the next one being passed over", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const first = ({ data }) => {
      calls.push(`first ${data}`);
      source.removeEventListener("message", first);
    };
    source.addEventListener("message", first);
    source.addEventListener("message", ({ data }) => calls.push(`second ${data}`));
  });
  assert.deepEqual(calls, ["first 1", "second 1", "second 2"]);
});

test("a listener that is added while an event is dispatched waits for the next event", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const added = ({ data }) => calls.push(`added ${data}`);
    source.addEventListener("message", ({ data }) => {
      calls.push(data);
      source.addEventListener("message", added);
    });
  });
  assert.deepEqual(calls, ["1", "2", "added 2"]);
});

test("a listener to a type that is added in open hears the first message", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.onopen = () => source.addEventListener("message", ({ data }) => calls.push(data));
  });
  assert.deepEqual(calls, ["1", "2"]);
});

test("stopImmediatePropagation keeps an event from the listeners after it, and from the handler", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("message", ({ data }) => calls.push(`first ${data}`));
    source.addEventListener("message", (event) => event.data === "1" && event.stopImmediatePropagation());
    source.onmessage = ({ data }) => calls.push(`handler ${data}`);
    source.addEventListener("message", ({ data }) => calls.push(`last ${data}`));
  });
  assert.deepEqual(calls, ["first 1", "first 2", "handler 2", "last 2"]);
});

test("stopPropagation in a listener that captures keeps an event from those that do not", AT_TARGET, async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("message", ({ data }) => calls.push(`bubbling ${data}`));
    source.addEventListener("message", (event) => event.data === "1" && event.stopPropagation(), true);
    source.addEventListener("message", ({ data }) => calls.push(`capturing ${data}`), true);
  });
  assert.deepEqual(calls, ["capturing 1", "capturing 2", "bubbling 2"]);
});

test("stopPropagation does not keep an event from the other listeners", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("message", (event) => event.stopPropagation());
    source.addEventListener("message", ({ data }) => calls.push(data));
  });
  assert.deepEqual(calls, ["1", "2"]);
});

test("handleEvent is looked up at each event", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    const listener = {};
    source.addEventListener("message", listener);
    source.addEventListener("open", () => {
      listener.handleEvent = ({ data }) => {
        calls.push(`first ${data}`);
        listener.handleEvent = (event) => calls.push(`second ${event.data}`);
      };
    });
  });
  assert.deepEqual(calls, ["first 1", "second 2"]);
});

test("an event that a listener dispatches is heard at once", async (t) => {
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("message", ({ data }) => {
      calls.push(`before ${data}`);
      source.dispatchEvent(new MessageEvent("own", { data: `in ${data}` }));
      calls.push(`after ${data}`);
    });
    source.addEventListener("own", ({ data }) => calls.push(data));
    source.addEventListener("message", ({ data }) => calls.push(`last ${data}`));
  });
  const expected = ["1", "2"].flatMap((data) => [`before ${data}`, `in ${data}`, `after ${data}`, `last ${data}`]);
  assert.deepEqual(calls, expected);
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

test("a listener whose handleEvent throws when it is looked up is reported", LOOKED_UP_EARLY, async (t) => {
  const error = new Error("thrown by a getter on purpose");
  const reported = t.uncaught(error);
  const calls = await callsOf(t, (source, calls) => {
    source.addEventListener("open", { get handleEvent() { throw error; } });
    source.addEventListener("open", ({ type }) => calls.push(type));
  });
  await reported;
  assert.deepEqual(calls, ["open"]);
});
