import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: responses that fail the connection");

const HEADERS = [
  ["content-type", "text/event-stream"],
  ["x-content-type-options", "nosniff"],
];

/** One error event, CLOSED, the response let go of, and never another request. */
async function assertFails(t, stream) {
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  const { type, readyState } = await events.next();
  assert.deepEqual([type, readyState], ["error", 2]);
  const [request] = await stream.requests({ ended: 1, timeout: losesAborts(t) ? 2000 : 8000 });
  assert.isTrue(await stream.countStaysAt(1));
  assert.deepEqual(events.types, ["error"]);
  assert.equal(source.readyState, 2);
  return request;
}

/** Firefox's workers lose an abort now and then, about one in 300 on a busy machine, also that of a plain fetch. */
const losesAborts = ({ engine, scope, implementation }) =>
  engine === "firefox" && scope !== "window" && implementation === "ours";

/** What lets go of its connections has done so in one of three tries, what does not in none. */
async function assertLetsGo(t, attempt) {
  let endedBy;
  for (let tries = losesAborts(t) ? 3 : 1; tries > 0 && endedBy !== "client"; tries -= 1) {
    ({ endedBy } = await assertFails(t, await t.stream(attempt)));
  }
  assert.equal(endedBy, "client");
}

const ASKS = { webkit: "a 401 never reaches the page, neither by EventSource nor by fetch" };

for (const status of [201, 202, 206, 400, 401, 403, 404, 410, 429, 500, 502, 503, 504]) {
  const both = status === 401 ? ASKS : {};
  test(`status ${status} fails the connection, and the body is cancelled`, { both }, async (t) => {
    await assertLetsGo(t, { status, headers: HEADERS, steps: ["retry: 10\ndata: x\n\n"] });
  });
}

for (const status of [204, 205]) {
  test(`status ${status}, which has no body, fails the connection`, async (t) => {
    await assertFails(t, await t.stream({ status, headers: HEADERS }));
  });
}

/** These ask for a password, which is a matter of its own; a 3xx without a Location is no redirect. */
const ASKING = [401, 407];

for (const [first, last] of [
  [201, 299],
  [300, 399],
  [400, 499],
  [500, 599],
]) {
  test(`every status from ${first} to ${last} fails the connection`, { timeout: 30_000 }, async (t) => {
    const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const statuses = all.filter((status) => !ASKING.includes(status));
    const seen = [];
    // One after another: the connections of a host are few, and other cases want some.
    for (const status of statuses) {
      const source = t.eventSource(`${t.origin}/status/${status}`);
      const { type, readyState } = await t.record(source, "open", "message", "error").next();
      seen.push(`${status} ${type} ${readyState}`);
      source.close();
    }
    assert.deepEqual(seen, statuses.map((status) => `${status} error 2`));
  });
}

/** Firefox looks into the body to find a type for itself, and waits for more of it. */
const SNIFFS = { firefox: "waits for enough of the body to guess its type, which never comes" };

for (const type of ["text/plain", "text/html", "application/json", "text/event-streamfoo", "text/event", "*/*", "x"]) {
  const native = type === "*/*" || type === "x" ? SNIFFS : {};
  test(`the type ${type} fails the connection, and the body is cancelled`, { native }, async (t) => {
    const headers = [
      ["content-type", type],
      ["x-content-type-options", "nosniff"],
    ];
    await assertLetsGo(t, { headers, steps: ["retry: 10\ndata: x\n\n"] });
  });
}

const LISTS = { webkit: "reads a list of types in its own way" };
const listed = (type) => [["content-type", type]];
const twice = (...types) => types.map((type) => ["content-type", type]);

/** Fetch's "extract a MIME type" takes the last of several that is one, except for the type that means any. */
for (const [what, headers, native] of [
  ["a type in a list after another one", listed("text/plain, text/event-stream"), LISTS],
  ["a type in a list before nothing", listed("text/event-stream,"), {}],
  ["a type in a list before what is no type", listed("text/event-stream, garbage"), {}],
  ["a type in a list before the type that means any", listed("text/event-stream,*/*"), {}],
  ["a type that is there twice", twice("text/event-stream", "text/event-stream"), {}],
  ["a type in the second of two headers", twice("text/plain", "text/event-stream"), {}],
  ["a type in the first of two headers, if the second has none", twice("text/event-stream", "x"), LISTS],
  ["a type in the first of two headers, if the second has any", twice("text/event-stream", "*/*"), LISTS],
  ["white space around the type", listed("\t text/event-stream \t"), {}],
  ["parameters of nothing", listed("text/event-stream;;;"), {}],
  ["a parameter without a value", listed("text/event-stream;charset"), {}],
  ["a quote that does not end", listed('text/event-stream;charset="utf-8'), {}],
]) {
  test(`${what} announces the connection`, { native }, async (t) => {
    const nosniff = ["x-content-type-options", "nosniff"];
    const stream = await t.stream({ headers: [...headers, nosniff], steps: ["data: x\n\n"] });
    const { type, event } = await t.record(t.eventSource(stream.url), "message", "error").next();
    assert.deepEqual([type, event.data], ["message", "x"]);
  });
}

for (const [what, headers, native] of [
  ["a type in a list before another one", listed("text/event-stream, text/plain"), LISTS],
  ["a type in the first of two headers, if the second has another", twice("text/event-stream", "text/plain"), {}],
  ["a list of another type and nothing", listed("text/plain,"), {}],
  ["an empty type", listed(""), SNIFFS],
  ["a type with spaces in it", listed("text / event-stream"), SNIFFS],
  ["a type in three parts", listed("x/text/event-stream"), {}],
  ["a type that only begins so", listed("text/event-streaming"), {}],
]) {
  test(`${what} fails the connection, and the body is cancelled`, { native }, async (t) => {
    const nosniff = ["x-content-type-options", "nosniff"];
    await assertLetsGo(t, { headers: [...headers, nosniff], steps: ["retry: 10\ndata: x\n\n"] });
  });
}

test("a response without a type fails the connection, and the body is cancelled", { native: SNIFFS }, async (t) => {
  const headers = [["x-content-type-options", "nosniff"]];
  await assertLetsGo(t, { headers, steps: ["retry: 10\ndata: x\n\n"] });
});

test("a refused reconnect fails the connection for good", async (t) => {
  const stream = await t.stream(["retry: 20\ndata: 1\n\n", END], { status: 404, headers: HEADERS, steps: ["no"] });
  const source = t.eventSource(stream.url);
  const events = await t.record(source, "open", "message", "error").take(4);
  assert.deepEqual(
    events.map(({ type, readyState }) => [type, readyState]),
    [
      ["open", 1],
      ["message", 1],
      ["error", 0],
      ["error", 2],
    ],
  );
  assert.isTrue(await stream.countStaysAt(2));
});

test("204 to a reconnect ends it: this is how a server says that there is no more", async (t) => {
  const stream = await t.stream(["retry: 20\ndata: 1\n\n", END], { status: 204 });
  const source = t.eventSource(stream.url);
  const events = await t.record(source, "error").take(2);
  assert.deepEqual(events.map(({ readyState }) => readyState), [0, 2]);
  assert.isTrue(await stream.countStaysAt(2));
});

test("six refused responses leave all connections free", async (t) => {
  const refused = await t.stream({ status: 500, headers: HEADERS, steps: ["x"] });
  const sources = Array.from({ length: 6 }, () => t.eventSource(refused.url));
  await Promise.all(sources.map((source) => t.next(source, "error")));
  const all = losesAborts(t) ? 4 : 6;
  const requests = await refused.requests({ count: 6, ended: all });
  assert.isAtLeast(requests.filter(({ endedBy }) => endedBy === "client").length, all);
  const stream = await t.stream(["data: x\n\n"]);
  assert.equal((await t.next(t.eventSource(stream.url), "message")).data, "x");
});
