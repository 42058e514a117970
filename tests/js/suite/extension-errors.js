import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, CUT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "errors that explain, reconnect()");

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const TEXT = [["Content-Type", "text/plain"]];

const told = ({ reason, status, attempt, reconnectsIn }) => ({ reason, status, attempt, reconnectsIn });

test("an error says that the server ended the stream, and when the next attempt is", async (t) => {
  const stream = await t.stream(["retry: 200\ndata: x\n\n", END], ["data: y\n\n"]);
  const source = t.eventSource(stream.url);
  const error = await t.next(source, "error");
  assert.deepEqual(told(error), { reason: "ended", status: undefined, attempt: 1, reconnectsIn: 200 });
  assert.equal(error.message, "the server ended the stream");
  const message = await t.next(source, "message");
  assert.isAtLeast(message.timeStamp - error.timeStamp, 195);
});

const reason = "its fetch takes a body that breaks off for one that ends";

test("an error of a connection that broke says network", { skip: { node: reason, webkit: reason } }, async (t) => {
  const stream = await t.stream(["retry: 300\ndata: x\n\n", waitFor("seen"), CUT]);
  const source = t.eventSource(stream.url);
  source.onmessage = () => stream.signal("seen");
  const error = await t.next(source, "error");
  assert.deepEqual(told(error), { reason: "network", status: undefined, attempt: 1, reconnectsIn: 300 });
});

test("attempts that fail in a row are counted until one leads to an event", async (t) => {
  const stream = await t.stream(["retry: 1\n\n", END], [COMMENT, END], ["data: x\n\n", END], [COMMENT, END]);
  const errors = t.record(t.eventSource(stream.url), "error");
  await errors.take(4);
  assert.deepEqual(
    errors.all.slice(0, 4).map(({ event }) => event.attempt),
    [1, 2, 1, 2],
  );
});

const NO_ORIGIN = { node: "Node has no origin, so nothing is refused" };

test("an origin that is no longer allowed is told as network, until that is for certain", { skip: NO_ORIGIN }, async (t) => {
  const stream = await t.stream(
    { cors: { allowOrigin: "*" }, steps: ["retry: 1\ndata: x\n\n", END] },
    { cors: { allowOrigin: "http://example.org" }, steps: ["data: secret\n\n"] },
  );
  const errors = t.record(t.eventSource(stream.otherUrl), "error");
  const all = await errors.until(({ readyState }) => readyState === 2);
  assert.deepEqual(
    all.map(({ event }) => event.reason),
    ["ended", "network", "network", "network", "network", "cors"],
  );
  // Of five attempts the last three were made twice, with a request in between that finds out whether there is a server.
  assert.isTrue(await stream.countStaysAt(1 + 2 + 3 * 3));
});

test("a refused response is told by its status, for good", async (t) => {
  const text = [["Content-Type", "text/plain"]];
  for (const [attempt, expected] of [
    [{ status: 401, headers: text, steps: [END] }, { reason: "status", status: 401 }],
    [{ headers: text, steps: [END] }, { reason: "content-type", status: 200 }],
    [{ status: 204, headers: text, steps: [END] }, { reason: "status", status: 204 }],
  ]) {
    const stream = await t.stream(attempt);
    const source = t.eventSource(stream.url);
    const error = await t.next(source, "error");
    assert.deepEqual(told(error), { ...expected, attempt: 1, reconnectsIn: undefined });
    assert.equal(source.readyState, 2);
  }
});

test("it has the headers of the response that was refused, and its body as text", async (t) => {
  const body = JSON.stringify({ error: "no such user: ü" });
  const headers = [["Content-Type", "application/json"], ["X-Request-Id", "7"]];
  for (const [attempt, status] of [
    [{ status: 401, headers, steps: [body, END] }, 401],
    [{ headers, steps: [body, END] }, 200],
  ]) {
    const stream = await t.stream(attempt);
    const error = await t.next(t.eventSource(stream.url), "error");
    assert.instanceOf(error.headers, Headers);
    assert.deepEqual([error.status, error.headers.get("x-request-id"), error.body], [status, "7", body]);
  }
});

test("of a body that goes on there is what has come soon after the headers, and no more than 64 KiB", async (t) => {
  const stream = await t.stream({ status: 500, steps: ["so far"] });
  const error = await t.next(t.eventSource(stream.url), "error");
  assert.equal(error.body, "so far");
  const large = await t.stream({ status: 500, steps: ["ü".repeat(50_000)] });
  const { body } = await t.next(t.eventSource(large.url), "error");
  assert.equal(body, "ü".repeat(32 * 1024));
});

test("of a refused response whose body somebody else reads there is the status", async (t) => {
  const fetch = async () => {
    const response = new Response("no", { status: 403, headers: { "X-Kind": "a" } });
    response.body.getReader();
    return response;
  };
  const error = await t.next(t.eventSource("https://fake.test/", { fetch }), "error");
  assert.deepEqual([error.reason, error.status, error.body, error.headers.get("x-kind")], ["status", 403, "", "a"]);
});

test("a body that breaks off is there as far as it has come", async (t) => {
  const stream = await t.stream({ status: 500, headers: TEXT, steps: ["so far", waitFor("seen"), CUT] });
  const errors = t.record(t.eventSource(stream.url), "error");
  await stream.requests({ count: 1 });
  await stream.signal("seen");
  const { event } = await errors.next();
  assert.deepEqual([event.status, event.reason], [500, "status"]);
  // Engines throw away what nobody has read when a connection breaks.
  assert.include(["so far", ""], event.body);
});

test("without a body there is none to wait for", async (t) => {
  for (const attempt of [
    { status: 204, headers: [] },
    { status: 500, headers: [["Content-Length", "0"]], steps: [END] },
  ]) {
    const stream = await t.stream(attempt);
    const error = await t.next(t.eventSource(stream.url), "error");
    assert.deepEqual([error.status, error.body], [attempt.status, ""]);
  }
});

test("an error without a response has no headers and no body", async (t) => {
  const stream = await t.stream(["retry: 1\n\n", END], { status: 500, steps: ["x", END] });
  const errors = await t.collect(t.eventSource(stream.url), ["error"], 2);
  assert.deepEqual(
    errors.map(({ headers, body }) => [typeof headers, body]),
    [
      ["undefined", undefined],
      ["object", "x"],
    ],
  );
});

test("close() while the body of a refused response is awaited fires nothing, and lets go of it", async (t) => {
  const stream = await t.stream({ status: 500, steps: ["x"] });
  const source = t.eventSource(stream.url);
  const events = t.record(source, "error");
  await stream.requests({ count: 1 });
  source.close();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  assert.deepEqual(events.types, []);
});

test("it is an Event for who knows of nothing else", async (t) => {
  const stream = await t.stream({ status: 500, steps: [END] });
  const error = await t.next(t.eventSource(stream.url), "error");
  assert.strictEqual(Object.getPrototypeOf(error), Event.prototype);
  assert.deepEqual(Object.keys(error), Object.keys(new Event("made up")));
  assert.deepEqual([error.type, error.bubbles, error.cancelable], ["error", false, false]);
});

test("reconnect() makes another connection at once, with the ID and without an error", async (t) => {
  const stream = await t.stream(["id: 1\ndata: x\n\n"], ["data: y\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await t.next(source, "message");
  source.reconnect();
  await t.next(source, "message");
  assert.deepEqual(events.types, ["open", "message", "open", "message"]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
  const [first] = await stream.requests({ ended: 1 });
  assert.equal(first.endedBy, "client");
});

test("reconnect() ends the wait for the next attempt", async (t) => {
  const stream = await t.stream(["retry: 100000\n\n", END], ["data: y\n\n"]);
  const source = t.eventSource(stream.url);
  source.onerror = () => source.reconnect();
  assert.equal((await t.next(source, "message")).data, "y");
});

const RELAYED = { skip: { shared: "what has come is with all members: it is told, and is not asked for again" } };

test("reconnect() of a listener drops the rest of the chunk, which the server sends again", RELAYED, async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\nid: 2\ndata: b\n\n"], ["id: 2\ndata: b\n\n"]);
  const source = t.eventSource(stream.url);
  const messages = t.record(source, "message");
  source.addEventListener("message", () => source.reconnect(), { once: true });
  await messages.take(2);
  assert.deepEqual(
    messages.all.map(({ event }) => event.data),
    ["a", "b"],
  );
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

test("reconnect() of a source that is CLOSED has no effect", async (t) => {
  const stream = await t.stream({ status: 500, steps: [END] });
  const source = t.eventSource(stream.url);
  await t.next(source, "error");
  source.reconnect();
  assert.equal(source.readyState, 2);
  assert.isTrue(await stream.countStaysAt(1, 200));
});
