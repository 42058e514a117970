import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";

const test = section("9.2.6", "Interpreting an event stream: each event is a task");

const COUNT = 100;
const EVENTS = Array.from({ length: COUNT }, (_, index) => `data: ${index}\n\n`).join("");

/** Has the promise reactions of a listener, and theirs in turn, run? */
async function settle(done) {
  for (let depth = 0; depth < 10; depth += 1) {
    await null;
  }
  done();
}

test("what a listener awaits has happened before the next event of the chunk", async (t) => {
  const stream = await t.stream([`retry: 20\n${EVENTS}`, END], ["data: last\n\n"]);
  const source = t.eventSource(stream.url);
  const trace = [];
  for (const type of ["open", "message", "error"]) {
    source.addEventListener(type, (event) => {
      trace.push(`${type} ${event.data}`);
      settle(() => trace.push("settled"));
    });
  }
  await t.record(source, "message").until(({ event }) => event.data === "last");
  await settle(() => {});
  const expected = ["open undefined", ...Array.from({ length: COUNT }, (_, index) => `message ${index}`)];
  expected.push("error undefined", "open undefined", "message last");
  assert.deepEqual(trace, expected.flatMap((event) => [event, "settled"]));
});

test("a source that is closed by what a listener awaits dispatches no further event", async (t) => {
  const stream = await t.stream([EVENTS]);
  const source = t.eventSource(stream.url);
  const seen = [];
  const closed = new Promise((resolve) => {
    source.onmessage = async (event) => {
      seen.push(event.data);
      if (event.data === "7") {
        await settle(() => source.close());
        resolve();
      }
    };
  });
  await closed;
  // Events that were still to come would come with these.
  const other = await t.stream([EVENTS]);
  await t.record(t.eventSource(other.url), "message").take(COUNT);
  assert.deepEqual(seen, ["0", "1", "2", "3", "4", "5", "6", "7"]);
});

test("two sources do not hold each other up", async (t) => {
  const first = await t.stream([EVENTS]);
  const second = await t.stream([EVENTS]);
  const recorders = [first, second].map((stream) => t.record(t.eventSource(stream.url), "message"));
  const events = await Promise.all(recorders.map((recorder) => recorder.take(COUNT)));
  const expected = Array.from({ length: COUNT }, (_, index) => String(index));
  assert.deepEqual(events.map((entries) => entries.map(({ event }) => event.data)), [expected, expected]);
});

test("a listener may open another source", async (t) => {
  const inner = await t.stream(["data: inner\n\n"]);
  const outer = await t.stream([EVENTS]);
  const source = t.eventSource(outer.url);
  const received = new Promise((resolve) => {
    source.addEventListener("message", () => resolve(t.next(t.eventSource(inner.url), "message")), { once: true });
  });
  const rest = t.record(source, "message").take(COUNT);
  assert.equal((await received).data, "inner");
  assert.equal((await rest).length, COUNT);
});

/** A script's dispatchEvent() calls all listeners of an event with the script below them on the stack. */
const DISPATCHED = "microtasks run between two listeners only when the browser dispatches the event";
const BY_SCRIPT = { chromium: DISPATCHED, firefox: DISPATCHED, webkit: DISPATCHED, node: DISPATCHED };

test("microtasks run between two listeners of one event, too", { ours: BY_SCRIPT }, async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url);
  const trace = [];
  for (const name of ["first", "second"]) {
    source.addEventListener("message", () => {
      trace.push(name);
      queueMicrotask(() => trace.push(`after ${name}`));
    });
  }
  await t.record(source, "message").next();
  await settle(() => {});
  assert.deepEqual(trace, ["first", "after first", "second", "after second"]);
});
