import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END, waitFor } from "../harness/steps.js";

const test = section("9.2.2", "The close() method");

/** The data of all messages, when the source was closed and the server has seen the client leave. */
async function dataAfterClosing(t, stream, source, type = "message") {
  const events = t.record(source, "message", "open", "error");
  source.addEventListener(type, () => source.close());
  await new Promise((resolve) => source.addEventListener(type, resolve));
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  assert.isTrue(await stream.countStaysAt(1, 200));
  assert.equal(source.readyState, 2);
  return events.all.map(({ type, event }) => event.data ?? type);
}

test("close() in a listener stops the events of the same chunk", async (t) => {
  const stream = await t.stream(["data: 1\n\ndata: 2\n\ndata: 3\n\n"]);
  assert.deepEqual(await dataAfterClosing(t, stream, t.eventSource(stream.url)), ["open", "1"]);
});

test("close() in a listener stops the events of later chunks", async (t) => {
  const stream = await t.stream(["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]);
  assert.deepEqual(await dataAfterClosing(t, stream, t.eventSource(stream.url)), ["open", "1"]);
});

test("close() in an open listener stops every message", async (t) => {
  const stream = await t.stream(["data: 1\n\n"]);
  assert.deepEqual(await dataAfterClosing(t, stream, t.eventSource(stream.url), "open"), ["open"]);
});

test("the listeners of the event in which close() is called are all called", async (t) => {
  const stream = await t.stream(["data: 1\n\n"]);
  const source = t.eventSource(stream.url);
  const calls = [];
  source.onmessage = () => {
    source.close();
    calls.push(source.readyState);
  };
  const last = new Promise((resolve) => source.addEventListener("message", resolve));
  await last;
  assert.deepEqual(calls, [2]);
});

test("close() while connecting leaves nothing behind", async (t) => {
  const stream = await t.stream({ headersAfter: "never", steps: ["data: 1\n\n"] });
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await stream.requests({ count: 1 });
  source.close();
  assert.equal(source.readyState, 2);
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  assert.deepEqual(events.types, []);
});

test("close() right after construction fires nothing", async (t) => {
  const stream = await t.stream(["data: 1\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  source.close();
  assert.equal(source.readyState, 2);
  // The request may or may not have got out.
  await stream.requestsWithin(300, { count: 1 });
  assert.deepEqual(events.types, []);
});

test("close() while it waits to reconnect stops the reconnecting", async (t) => {
  const stream = await t.stream(["retry: 100\n\n", END]);
  const source = t.eventSource(stream.url);
  await t.next(source, "error");
  assert.equal(source.readyState, 0);
  const events = t.record(source, "open", "message", "error");
  // From a task of its own, as a page would.
  await new Promise((resolve) => setTimeout(resolve));
  source.close();
  assert.isTrue(await stream.countStaysAt(1, 800));
  assert.deepEqual(events.types, []);
});

test("close() in an error listener stops the reconnecting", async (t) => {
  const stream = await t.stream(["retry: 50\n\n", END]);
  const source = t.eventSource(stream.url);
  source.onerror = () => source.close();
  const events = t.record(source, "error");
  await events.next();
  assert.equal(source.readyState, 2);
  assert.isTrue(await stream.countStaysAt(1, 800));
  assert.deepEqual(events.types, ["error"]);
});

test("close() between two chunks ends the response", async (t) => {
  const stream = await t.stream(["data: 1\n\n", waitFor("closed"), "data: 2\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "message", "error");
  await events.next();
  source.close();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  await stream.signal("closed");
  assert.deepEqual(events.types, ["message"]);
});

test("close() twice, and after the connection has failed, changes nothing", async (t) => {
  const source = t.eventSource(`${t.origin}/status/404`);
  const events = t.record(source, "error");
  await events.next();
  source.close();
  source.close();
  assert.equal(source.readyState, 2);
  assert.deepEqual(events.types, ["error"]);
});

test("close() returns nothing", async (t) => {
  assert.isUndefined(t.eventSource(`${t.origin}/silence`).close());
});

const USES_NO_FETCH = { native: "the browser's own does not go through the page's fetch" };

/** Wraps the page's fetch for one URL; gives back what takes the wrapping off. */
function wrapFetch(url, wrapper) {
  const fetch = globalThis.fetch;
  const wrapped = (input, init) => (input === url ? wrapper(fetch, input, init) : fetch(input, init));
  globalThis.fetch = wrapped;
  return () => {
    // Another case may have wrapped this one in turn.
    if (globalThis.fetch === wrapped) {
      globalThis.fetch = fetch;
    }
  };
}

const ABORTS_BEFORE = { ...USES_NO_FETCH, shared: "the request is over before its events are dispatched: the connection is ahead of the face" };

test("close() by a listener to the request's abort is the end", { skip: ABORTS_BEFORE }, async (t) => {
  const stream = await t.stream(["retry: 10\ndata: x\n\n", END]);
  const unwrap = wrapFetch(stream.url, (fetch, input, init) => {
    init.signal.addEventListener("abort", () => source.close());
    return fetch(input, init);
  });
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  assert.isTrue(await stream.countStaysAt(1));
  unwrap();
  assert.deepEqual([source.readyState, events.types], [2, ["open", "message"]]);
});

test("close() by the page's own fetch is the end", { skip: USES_NO_FETCH }, async (t) => {
  const stream = await t.stream(["retry: 10\ndata: x\n\n", END], ["data: never\n\n"]);
  let calls = 0;
  const unwrap = wrapFetch(stream.url, (fetch, input, init) => {
    calls += 1;
    if (calls === 2) {
      source.close();
    }
    return fetch(input, init);
  });
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.take(3);
  await stream.requestsWithin(1000, { count: 2, ended: 2 });
  unwrap();
  assert.deepEqual([calls, source.readyState, events.types], [2, 2, ["open", "message", "error"]]);
});
