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
  const [request] = await stream.requests({ ended: 1 });
  assert.isTrue(await stream.countStaysAt(1));
  assert.deepEqual(events.types, ["error"]);
  assert.equal(source.readyState, 2);
  return request;
}

const ASKS = { webkit: "a 401 never reaches the page, neither by EventSource nor by fetch" };

for (const status of [201, 202, 206, 400, 401, 403, 404, 410, 429, 500, 502, 503, 504]) {
  const both = status === 401 ? ASKS : {};
  test(`status ${status} fails the connection, and the body is cancelled`, { both }, async (t) => {
    const stream = await t.stream({ status, headers: HEADERS, steps: ["retry: 10\ndata: x\n\n"] });
    assert.equal((await assertFails(t, stream)).endedBy, "client");
  });
}

for (const status of [204, 205]) {
  test(`status ${status}, which has no body, fails the connection`, async (t) => {
    await assertFails(t, await t.stream({ status, headers: HEADERS }));
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
    const stream = await t.stream({ headers, steps: ["retry: 10\ndata: x\n\n"] });
    assert.equal((await assertFails(t, stream)).endedBy, "client");
  });
}

test("a response without a type fails the connection, and the body is cancelled", { native: SNIFFS }, async (t) => {
  const headers = [["x-content-type-options", "nosniff"]];
  const stream = await t.stream({ headers, steps: ["retry: 10\ndata: x\n\n"] });
  assert.equal((await assertFails(t, stream)).endedBy, "client");
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
  const requests = await refused.requests({ count: 6, ended: 6 });
  assert.deepEqual(requests.map(({ endedBy }) => endedBy), Array(6).fill("client"));
  const stream = await t.stream(["data: x\n\n"]);
  assert.equal((await t.next(t.eventSource(stream.url), "message")).data, "x");
});
