import { assert } from "chai";
import { section } from "../harness/registry.js";
import { outcomeOf } from "../harness/outcome-of.js";
import { CUT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "whether a stream was complete");

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

/** `{ workers: true }`, where no module is needed. */
function test(sentence, ...rest) {
  const body = rest.pop();
  const { workers = false } = rest[0] ?? {};
  extension(sentence, { skip: { native: "no browser has it", ...(workers ? {} : WORKERS) } }, body);
}

const headers = [["Content-Type", "text/event-stream"]];
const isDone = ({ data }) => data === "[DONE]";
const response = (text) => new Response(text, { headers });

test("until ends the loop with that event, and lets go of the connection", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: [DONE]\n\ndata: b\n\n"]);
  const asked = [];
  const until = (event) => asked.push(event.data) && isDone(event);
  assert.deepEqual(await outcomeOf(t.iterate(stream.url, { until })), { seen: ["a", "[DONE]"] });
  assert.deepEqual(asked, ["a", "[DONE]"]);
  const [{ endedBy }] = await stream.requests({ count: 1, ended: 1 });
  assert.equal(endedBy, "client");
});

test("until is asked of each event once, however they are asked for", async (t) => {
  const asked = [];
  const until = ({ data }) => (asked.push(data), data === "c");
  const events = t.iterate(response("data: a\n\ndata: b\n\ndata: c\n\ndata: d\n\n"), { until });
  const results = await Promise.all([events.next(), events.next(), events.next(), events.next()]);
  assert.deepEqual(results.map(({ value }) => value?.data), ["a", "b", "c", undefined]);
  assert.deepEqual(asked, ["a", "b", "c"]);
});

test("a signal that is aborted after the last event changes nothing", async (t) => {
  const abort = new AbortController();
  const events = t.iterate(response("data: [DONE]\n\n"), { until: isDone, signal: abort.signal });
  assert.equal((await events.next()).value.data, "[DONE]");
  abort.abort();
  assert.deepEqual(await events.next(), { value: undefined, done: true });
});

for (const [how, end] of [["ends", END], ["breaks off", CUT]]) {
  test(`a stream that ${how} before its declared end is truncated, after everything that came`, async (t) => {
    const seen = waitFor("seen");
    const stream = await t.stream(["data: a\n\ndata: b\n\ndata: c", seen, end]);
    const events = t.iterate(stream.url, { until: isDone });
    // A browser drops what no script has read when a connection breaks.
    const first = [await events.next(), await events.next()];
    await stream.signal("seen");
    const { seen: rest, error } = await outcomeOf(events);
    assert.deepEqual([...first.map(({ value }) => value.data), ...rest], ["a", "b"]);
    assert.deepEqual([error.name, error.reason], ["StreamError", "truncated"]);
    assert.equal(error.message, "the stream ended before it was complete");
  });
}

test("without until, a stream is complete where the server ends it", async (t) => {
  assert.deepEqual(await outcomeOf(t.iterate(response("data: a\n\n"))), { seen: ["a"] });
});

test("a 204 is no answer where an end is declared", async (t) => {
  const stream = await t.stream({ status: 204, headers: [] });
  const { error } = await outcomeOf(t.iterate(stream.url, { until: isDone }));
  assert.deepEqual([error.reason, error.status], ["status", 204]);
});

test("an exception of until ends the loop with it, and lets go of the connection", async (t) => {
  const fault = new Error("of the application");
  const until = () => {
    throw fault;
  };
  const stream = await t.stream(["data: a\n\n"]);
  const { error } = await outcomeOf(t.iterate(stream.url, { until }));
  assert.strictEqual(error, fault);
  await stream.requests({ count: 1, ended: 1 });
});

test("until must answer at once: a promise ends the loop with a TypeError", async (t) => {
  const { error } = await outcomeOf(t.iterate(response("data: a\n\n"), { until: async () => false }));
  assert.instanceOf(error, TypeError);
  assert.match(error.message, /until must answer at once/);
});

test("an event whose blank line has not come is discarded, delivered, or an error", async (t) => {
  const text = "data: a\n\nid: 7\ndata: b";
  const outcome = async (incomplete) => {
    const { seen, error } = await outcomeOf(t.iterate(response(text), { incomplete }));
    return [seen, error?.reason];
  };
  assert.deepEqual(await outcome(undefined), [["a"], undefined]);
  assert.deepEqual(await outcome("discard"), [["a"], undefined]);
  assert.deepEqual(await outcome("deliver"), [["a", "b"], undefined]);
  assert.deepEqual(await outcome("error"), [["a"], "truncated"]);
});

test("the last event may be the one that is incomplete", async (t) => {
  const init = { incomplete: "deliver", until: isDone };
  assert.deepEqual(await outcomeOf(t.iterate(response("data: a\n\ndata: [DONE]\n"), init)), { seen: ["a", "[DONE]"] });
});

test("an event of a type in errorEvents is thrown, with the event, and lets go of the connection", async (t) => {
  const stream = await t.stream(['data: a\n\nevent: error\nid: 3\ndata: {"code": 529}\n\ndata: b\n\n']);
  const { seen, error } = await outcomeOf(t.iterate(stream.url, { errorEvents: ["failure", "error"] }));
  assert.deepEqual(seen, ["a"]);
  assert.deepEqual([error.name, error.reason, error.status], ["StreamError", "event", undefined]);
  assert.deepEqual([error.event.type, error.event.data, error.event.lastEventId], ["error", '{"code": 529}', "3"]);
  assert.deepEqual(error.event.json(), { code: 529 });
  assert.equal(error.message, 'the server sent an event of the type "error": {"code": 529}');
  await stream.requests({ count: 1, ended: 1 });
});

test("of an error event's data, the message has 200 characters", async (t) => {
  const { error } = await outcomeOf(t.iterate(response(`event: x\ndata: ${"é".repeat(500)}\n\n`), { errorEvents: new Set(["x"]) }));
  assert.isTrue(error.message.endsWith(`: ${"é".repeat(200)}…`));
  assert.equal(error.event.data.length, 500);
});

const JSON_ERROR = '{"error": {"message": "no credit"}}';

test("a body that is no event stream is thrown with its beginning", async (t) => {
  for (const body of [JSON_ERROR, "<!doctype html>\n<title>Sign in</title>\n", `x${"é".repeat(2000)}`]) {
    const { seen, error } = await outcomeOf(t.iterate(response(body)));
    assert.deepEqual([seen, error.reason], [[], "not-event-stream"]);
    assert.isTrue(error.body.length > 0 && body.startsWith(error.body.replace(/\ufffd$/, "")), error.body);
  }
});

test("a source that loses such a connection has the beginning of the body in its error, and reconnects", { workers: true }, async (t) => {
  const stream = await t.stream([JSON_ERROR, END], ["data: a\n\n"]);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1 } });
  const events = t.record(source, "open", "message", "error");
  await events.take(4);
  assert.deepEqual(events.types, ["open", "error", "open", "message"]);
  const { event } = events.all[1];
  assert.deepEqual([event.reason, event.body, event.status], ["not-event-stream", JSON_ERROR, undefined]);
});

const untyped = (text) => ({ headers: [["Content-Type", "text/plain"]], steps: [text] });

test("accept takes a response without the right Content-Type for an event stream", { workers: true }, async (t) => {
  const stream = await t.stream(untyped("data: a\n\n"));
  const asked = [];
  const accept = (response) => asked.push(response);
  const source = t.eventSource(stream.url, { accept });
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  assert.deepEqual([events.types, source.readyState], [["open", "message"], 1]);
  const [{ status, headers: given, url, redirected }] = asked;
  assert.deepEqual([status, given.get("content-type"), url, redirected], [200, "text/plain", stream.url, false]);
});

test("accept is asked of refused responses only, may take its time, and may say no", async (t) => {
  const stream = await t.stream(["data: a\n\n", END]);
  const never = () => assert.fail("it is an event stream");
  assert.deepEqual(await outcomeOf(t.iterate(stream.url, { accept: never })), { seen: ["a"] });
  const created = await t.stream({ status: 201, headers, steps: ["data: b\n\n", END] });
  const accept = async ({ status }) => (await undefined, status === 201);
  assert.deepEqual(await outcomeOf(t.iterate(created.url, { accept })), { seen: ["b"] });
  const { error } = await outcomeOf(t.iterate(stream.url.replace("/streams/", "/none/"), { accept }));
  assert.deepEqual([error.reason, error.status], ["status", 404]);
});

test("an exception of accept is reported, and the response stays refused", { workers: true }, async (t) => {
  const stream = await t.stream(untyped("data: a\n\n"));
  const fault = new Error("of the application");
  const reported = t.uncaught(fault);
  const accept = () => {
    throw fault;
  };
  const source = t.eventSource(stream.url, { accept });
  const error = await t.next(source, "error");
  assert.deepEqual([error.reason, source.readyState, error.body], ["content-type", 2, "data: a\n\n"]);
  await reported;
});

const BAD = [
  [{ until: "[DONE]" }, /: until must be a function/],
  [{ incomplete: "keep" }, /: incomplete must be "discard", "deliver" or "error"/],
  [{ errorEvents: "error" }, /: errorEvents must be a list of types such as \["error"\]/],
  [{ errorEvents: { error: true } }, /: errorEvents must be a list/],
  [{ accept: true }, /: accept must be a function/],
];

test("options that cannot be used are a TypeError at once", async (t) => {
  for (const [init, message] of BAD) {
    for (const input of ["https://fake.test/", response("")]) {
      assert.throws(() => t.iterate(input, init), TypeError, message);
    }
  }
});
