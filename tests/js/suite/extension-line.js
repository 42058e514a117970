import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "watching the line: idleTimeout, whenHidden");

const NO_DOCUMENTS = "there are no documents here";
const NO_MODULE = "the classic script has no exports";
const IN_WORKERS = (why) => ({ "dedicated-worker": why, "shared-worker": why, "service-worker": why });

/** `skip` as in the registry. */
function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const IN_WINDOWS = { skip: { ...IN_WORKERS(NO_DOCUMENTS), node: NO_DOCUMENTS } };
const WITH_MODULES = { skip: IN_WORKERS(NO_MODULE) };

const told = ({ reason, attempt, reconnectsIn }) => ({ reason, attempt, reconnectsIn });
const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("a connection on which nothing comes is lost, and made again with the ID", async (t) => {
  const stream = await t.stream(["retry: 1\nid: 7\ndata: 1\n\n"], ["data: 2\n\n"]);
  const source = t.eventSource(stream.url, { idleTimeout: 400 });
  const events = t.record(source, "open", "message", "error");
  await events.take(5);
  assert.deepEqual(events.types.slice(0, 5), ["open", "message", "error", "open", "message"]);
  const [, message, error] = events.all;
  assert.deepEqual(told(error.event), { reason: "idle", attempt: 1, reconnectsIn: 1 });
  assert.equal(error.event.message, "nothing came from the server for too long");
  assert.equal(error.readyState, 0);
  assert.isAtLeast(error.event.timeStamp - message.event.timeStamp, 350);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "7"]);
  const [first] = await stream.requests({ ended: 1 });
  assert.equal(first.endedBy, "client");
});

test("a server that takes a connection and says nothing is no server", async (t) => {
  const stream = await t.stream({ headersAfter: "never", steps: [] }, ["data: x\n\n"]);
  const source = t.eventSource(stream.url, { idleTimeout: 300, reconnect: { initialDelay: 1 } });
  const events = t.record(source, "open", "message", "error");
  await events.take(3);
  assert.deepEqual(events.types.slice(0, 3), ["error", "open", "message"]);
  assert.equal(events.all[0].event.reason, "idle");
});

test("what decides on a refused response may take longer than the line may be silent", async (t) => {
  const stream = await t.stream({ status: 503, steps: ["busy", END] }, ["data: x\n\n"]);
  const retryIf = async ({ body }) => (await delay(1200), body === "busy");
  const source = t.eventSource(stream.url, { idleTimeout: 200, reconnect: { initialDelay: 1, retryIf } });
  const events = t.record(source, "open", "message", "error");
  await events.take(3);
  assert.deepEqual(events.types.slice(0, 3), ["error", "open", "message"]);
  assert.deepEqual([events.all[0].event.reason, events.all[0].event.status], ["status", 503]);
});

test("a comment now and then keeps the line", async (t) => {
  const names = Array.from({ length: 8 }, (_, index) => `beat ${index}`);
  const beats = names.flatMap((name) => [waitFor(name), COMMENT]);
  const stream = await t.stream([COMMENT, ...beats, "data: x\n\n", waitFor("the end")]);
  const source = t.eventSource(stream.url, { idleTimeout: 1500 });
  const events = t.record(source, "open", "message", "error");
  await events.next();
  for (const name of names) {
    await delay(300);
    await stream.signal(name);
  }
  await events.next();
  assert.deepEqual(events.types, ["open", "message"]);
  source.close();
});

test("without idleTimeout no silence is too long", async (t) => {
  const stream = await t.stream([COMMENT, waitFor("later"), "data: x\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.next();
  await delay(1200);
  await stream.signal("later");
  await events.next();
  assert.deepEqual(events.types, ["open", "message"]);
});

// Nothing is handed over meanwhile, and the timer may be the first that is.
test("a page that is busy for longer than idleTimeout hears first what has come", { alone: true }, async (t) => {
  const steps = Array.from({ length: 6 }, (_, index) => [waitFor(`busy ${index}`), `data: ${index}\n\n`]).flat();
  const stream = await t.stream([COMMENT, ...steps]);
  const source = t.eventSource(stream.url, { idleTimeout: 500 });
  const events = t.record(source, "open", "message", "error");
  await events.next();
  for (let round = 0; round < 6; round += 1) {
    await stream.signal(`busy ${round}`);
    const begun = performance.now();
    while (performance.now() - begun < 800);
    await events.next();
  }
  assert.deepEqual(events.types, ["open", ...Array(6).fill("message")]);
});

test("a POST without an ID is not repeated when its line is idle", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url, { method: "POST", body: "order", idleTimeout: 300 });
  const error = await t.next(source, "error");
  assert.deepEqual(told(error), { reason: "idle", attempt: 1, reconnectsIn: undefined });
  assert.equal(source.readyState, 2);
  assert.isTrue(await stream.countStaysAt(1));
});

test("close() leaves nothing that could fire later", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url, { idleTimeout: 1000 });
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  source.close();
  assert.isTrue(await stream.countStaysAt(1, 1700));
  assert.deepEqual(events.types, ["open", "message"]);
});

/** What `stream()` throws, and the data of what it gave before. */
async function errorOf(events) {
  const seen = [];
  try {
    for await (const { data } of events) {
      seen.push(data);
    }
  } catch (error) {
    return { name: error.name, reason: error.reason, seen };
  }
  throw new Error(`it does not throw after ${seen}`);
}

test("stream() throws when nothing comes: no response, no body, no more of it", WITH_MODULES, async (t) => {
  for (const [attempt, seen] of [
    [{ headersAfter: "never", steps: [] }, []],
    [[COMMENT], []],
    [["data: a\n\n"], ["a"]],
  ]) {
    const stream = await t.stream(attempt);
    const error = await errorOf(t.iterate(stream.url, { idleTimeout: 800 }));
    assert.deepEqual(error, { name: "StreamError", reason: "idle", seen });
    const [request] = await stream.requests({ ended: 1 });
    assert.equal(request.endedBy, "client");
  }
});

test("stream() of a Response throws when nothing more comes", WITH_MODULES, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const error = await errorOf(t.iterate(await t.fetch(stream.url), { idleTimeout: 800 }));
  assert.deepEqual(error, { name: "StreamError", reason: "idle", seen: ["a"] });
});

test("stream() takes its reader's time for no silence", WITH_MODULES, async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n", waitFor("taken"), "data: c\n\n", END]);
  const data = [];
  for await (const event of t.iterate(stream.url, { idleTimeout: 400 })) {
    data.push(event.data);
    await delay(event.data === "c" ? 0 : 800);
    if (event.data === "b") {
      await stream.signal("taken");
    }
  }
  assert.deepEqual(data, ["a", "b", "c"]);
});

test("a bad value is a TypeError at once that says what would do", async (t) => {
  for (const idleTimeout of [0, -1, 1.5, 2 ** 31, NaN, Infinity, "30s", null, false]) {
    const message = /idleTimeout must be an integer of milliseconds from 1 to 2147483647/;
    assert.throws(() => t.eventSource("data:,", { idleTimeout }), TypeError, message);
    if (t.iterate !== undefined) {
      assert.throws(() => t.iterate("data:,", { idleTimeout }), TypeError, message);
    }
  }
  for (const whenHidden of ["Close", "", true, false, null, 0, {}]) {
    assert.throws(() => t.eventSource("data:,", { whenHidden }), TypeError, /whenHidden must be "keep" or "close"/);
  }
  if (t.iterate !== undefined) {
    assert.throws(() => t.iterate("data:,", { whenHidden: "close" }), TypeError, /it does not reconnect/);
  }
  for (const init of [{ idleTimeout: 1 }, { idleTimeout: 2 ** 31 - 1 }, { idleTimeout: undefined }, { whenHidden: "keep" }]) {
    t.eventSource("data:text/event-stream,", init).close();
  }
});

/** A document of its own, which is hidden and shown as a browser would do it. */
async function frame(t) {
  const iframe = document.createElement("iframe");
  const ready = new Promise((resolve) => {
    addEventListener("message", function listener({ source, data }) {
      if (source === iframe.contentWindow && "ready" in data) {
        removeEventListener("message", listener);
        resolve();
      }
    });
  });
  iframe.src = `${t.origin}/frame.html?implementation=${t.implementation}`;
  document.body.append(iframe);
  await ready;
  const { contentWindow: window, contentDocument: own } = iframe;
  let state = "visible";
  Object.defineProperty(own, "visibilityState", { get: () => state });
  const transition = (type) => window.dispatchEvent(new window.PageTransitionEvent(type, { persisted: true }));
  return {
    Source: window.Source,
    become(value) {
      state = value;
      own.dispatchEvent(new window.Event("visibilitychange", { bubbles: true }));
    },
    leave: () => transition("pagehide"),
    comeBack: () => transition("pageshow"),
    remove: () => iframe.remove(),
  };
}

/** Once the source is CONNECTING, which no event says. */
async function connecting(source) {
  while (source.readyState !== 0) {
    await delay(5);
  }
}

const NUMBERED = [["retry: 60000\nid: 1\ndata: 1\n\n"], ["id: 2\ndata: 2\n\n"], ["id: 3\ndata: 3\n\n"]];

test("whenHidden: close lets go of the connection unheard and comes back with the ID", IN_WINDOWS, async (t) => {
  const stream = await t.stream(...NUMBERED);
  const page = await frame(t);
  const source = new page.Source(stream.url, { whenHidden: "close" });
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  for (const count of [1, 2]) {
    page.become("hidden");
    const requests = await stream.requests({ ended: count });
    assert.equal(requests[count - 1].endedBy, "client");
    await connecting(source);
    assert.isTrue(await stream.countStaysAt(count));
    page.become("visible");
    await events.take(2);
  }
  source.close();
  assert.deepEqual(await stream.lastEventIds(3), [undefined, "1", "2"]);
  assert.deepEqual(events.types, ["open", "message", "open", "message", "open", "message"]);
  page.remove();
});

test("a document that is hidden in a listener is told no more of the chunk, and shown again goes on after that event", IN_WINDOWS, async (t) => {
  for (const waits of [true, false]) {
    const stream = await t.stream(["data: 0\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\nid: 3\ndata: 3\n\n"], ["id: 3\ndata: 3\n\n"]);
    const page = await frame(t);
    const source = new page.Source(stream.url, { method: "POST", body: "order", reconnect: true, whenHidden: "close" });
    const seen = [];
    source.addEventListener("message", ({ data }) => {
      seen.push(data);
      if (seen.length === 3) {
        page.become("hidden");
        waits || page.become("visible");
      }
    });
    await stream.requests({ ended: 1 });
    if (waits) {
      await connecting(source);
      assert.deepEqual(seen, ["0", "1", "2"]);
      page.become("visible");
    }
    assert.deepEqual(await stream.lastEventIds(2), [undefined, "2"]);
    while (seen.length < 4) {
      await t.next(source, "message");
    }
    assert.deepEqual(seen, ["0", "1", "2", "3"]);
    source.close();
    page.remove();
  }
});

test("a source that is made in a hidden document waits until it is shown", IN_WINDOWS, async (t) => {
  for (const init of [{}, { method: "POST", body: "order" }]) {
    const stream = await t.stream(["data: x\n\n"]);
    const page = await frame(t);
    page.become("hidden");
    const source = new page.Source(stream.url, { whenHidden: "close", ...init });
    const events = t.record(source, "open", "message", "error");
    source.reconnect();
    assert.isTrue(await stream.countStaysAt(0));
    assert.equal(source.readyState, 0);
    page.become("visible");
    await events.take(2);
    source.close();
    assert.deepEqual(events.types, ["open", "message"]);
    page.remove();
  }
});

test("a source is hidden and in the back/forward cache until it is neither", IN_WINDOWS, async (t) => {
  const stream = await t.stream(...NUMBERED);
  const page = await frame(t);
  const source = new page.Source(stream.url, { whenHidden: "close" });
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  page.leave();
  page.become("hidden");
  await stream.requests({ ended: 1 });
  page.comeBack();
  assert.isTrue(await stream.countStaysAt(1), "it is shown again, and still hidden");
  page.leave();
  page.become("visible");
  assert.isTrue(await stream.countStaysAt(1), "it is visible, and still away");
  page.comeBack();
  await events.take(2);
  source.close();
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
  assert.deepEqual(events.types, ["open", "message", "open", "message"]);
  page.remove();
});

test("a POST without an ID is let go of when hidden and not repeated when shown", IN_WINDOWS, async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const page = await frame(t);
  const source = new page.Source(stream.url, { method: "POST", body: "order", whenHidden: "close" });
  await t.next(source, "message");
  page.become("hidden");
  await stream.requests({ ended: 1 });
  const failed = t.next(source, "error");
  page.become("visible");
  assert.deepEqual(told(await failed), { reason: "aborted", attempt: 1, reconnectsIn: undefined });
  assert.equal(source.readyState, 2);
  assert.isTrue(await stream.countStaysAt(1));
  page.remove();
});

test("a source that is CLOSED stays so when its document is hidden and shown", IN_WINDOWS, async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const page = await frame(t);
  const source = new page.Source(stream.url, { whenHidden: "close" });
  await t.next(source, "message");
  source.close();
  page.become("hidden");
  page.become("visible");
  assert.isTrue(await stream.countStaysAt(1));
  assert.equal(source.readyState, 2);
  page.remove();
});

test("by default, and with whenHidden: keep, a hidden document keeps its connection", IN_WINDOWS, async (t) => {
  for (const init of [undefined, { whenHidden: "keep" }]) {
    const stream = await t.stream(["data: 1\n\n", waitFor("hidden"), "data: 2\n\n"]);
    const page = await frame(t);
    const source = new page.Source(stream.url, init);
    const events = t.record(source, "open", "message", "error");
    await events.take(2);
    page.become("hidden");
    await stream.signal("hidden");
    await events.next();
    page.become("visible");
    assert.isTrue(await stream.countStaysAt(1, 200));
    source.close();
    assert.deepEqual(events.types, ["open", "message", "message"]);
    page.remove();
  }
});

const ELSEWHERE = { skip: { window: "there is a document" } };

test("where there is no document whenHidden: close changes nothing", ELSEWHERE, async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const message = await t.next(t.eventSource(stream.url, { whenHidden: "close" }), "message");
  assert.equal(message.data, "x");
});

test("reconnect() in a listener of open is no busy loop", async (t) => {
  const stream = await t.stream([COMMENT]);
  const source = t.eventSource(stream.url);
  const opened = t.record(source, "open");
  source.onopen = () => source.reconnect();
  const begun = performance.now();
  await opened.take(8);
  source.close();
  assert.isAtLeast(performance.now() - begun, 350);
});
