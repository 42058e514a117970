import { assert } from "chai";
import { section } from "../harness/registry.js";
import { CUT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "stream(): one stream from its beginning to its end");

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };
const ENDS = "its fetch takes a body that breaks off for one that ends";

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...WORKERS, ...skip } }, body);
}

async function all(events) {
  const list = [];
  for await (const event of events) {
    list.push(event);
  }
  return list;
}

async function errorOf(events) {
  const seen = [];
  try {
    for await (const event of events) {
      seen.push(event.data);
    }
  } catch (error) {
    return { error, seen };
  }
  throw new Error(`it does not throw after ${seen}`);
}

const json = [["Content-Type", "application/json"]];

test("it gives the events and ends when the server does, without another request", async (t) => {
  const stream = await t.stream(["retry: 1\nid: 1\ndata: a\n\n", "event: ping\ndata: b\ndata: c\n\ndata: incomplete", END]);
  const { origin } = new URL(stream.url);
  assert.deepEqual((await all(t.iterate(stream.url))).map((event) => ({ ...event })), [
    { type: "message", data: "a", lastEventId: "1", origin },
    { type: "ping", data: "b\nc", lastEventId: "1", origin },
  ]);
  assert.isTrue(await stream.countStaysAt(1, 200));
});

test("a chat: a POST whose answer comes in deltas", async (t) => {
  const delta = (content) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;
  const stream = await t.stream([delta("Hel"), delta("lo "), delta("wörld"), "data: [DONE]\n\n", END]);
  let text = "";
  const body = JSON.stringify({ stream: true, messages: [{ role: "user", content: "Hi" }] });
  const headers = { Authorization: "Bearer key", "Content-Type": "application/json" };
  for await (const { data } of t.iterate(stream.url, { method: "POST", headers, body })) {
    if (data === "[DONE]") {
      break;
    }
    text += JSON.parse(data).choices[0].delta.content;
  }
  assert.equal(text, "Hello wörld");
  const [request] = await stream.requests({ count: 1 });
  assert.deepEqual([request.method, request.body], ["POST", body]);
  assert.deepEqual(
    ["authorization", "content-type", "accept"].map((name) => request.header(name)),
    ["Bearer key", "application/json", "text/event-stream"],
  );
});

test("a refused response is thrown with its status, headers and body", async (t) => {
  const body = JSON.stringify({ error: { message: "no such key" } });
  const stream = await t.stream({ status: 401, headers: json, steps: [body, END] });
  const { error, seen } = await errorOf(t.iterate(stream.url));
  assert.instanceOf(error, Error);
  assert.deepEqual([error.name, error.reason, error.status, error.body], ["StreamError", "status", 401, body]);
  assert.equal(error.headers.get("content-type"), "application/json");
  assert.deepEqual(seen, []);
});

test("of a status 429 its Retry-After can be read", async (t) => {
  const stream = await t.stream({ status: 429, headers: [...json, ["Retry-After", "7"]], steps: ["{}", END] });
  const { error } = await errorOf(t.iterate(stream.url));
  assert.deepEqual([error.status, error.headers.get("retry-after")], [429, "7"]);
});

test("a response that is no event stream is thrown, with no more of its body than a beginning", async (t) => {
  const page = "<p>".repeat(100_000);
  const stream = await t.stream({ headers: [["Content-Type", "text/html"]], steps: [page] });
  const { error } = await errorOf(t.iterate(stream.url));
  assert.deepEqual([error.reason, error.status, error.body.length], ["content-type", 200, 64 * 1024]);
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

test("it takes the types for event streams that a source does", async (t) => {
  for (const [type, isOne] of [
    ["Text/Event-Stream;charset=utf-8", true],
    ["text/plain, text/event-stream", true],
    ["text/event-stream, */*", true],
    ["text/event-stream, text/plain", false],
    ["text/event-streaming", false],
  ]) {
    const headers = [["Content-Type", type], ["X-Content-Type-Options", "nosniff"]];
    const stream = await t.stream({ headers, steps: ["data: a\n\n", END] });
    const events = await all(t.iterate(stream.url)).catch(({ reason }) => [{ data: reason }]);
    assert.deepEqual(events.map(({ data }) => data), [isOne ? "a" : "content-type"], type);
  }
});

test("the body of a refused response is awaited for a moment only", async (t) => {
  const stream = await t.stream({ status: 500, headers: json, steps: ["{}"] });
  const { error } = await errorOf(t.iterate(stream.url));
  assert.deepEqual([error.status, error.body], [500, "{}"]);
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

test("of a response that is there already and is refused the body is cancelled", async (t) => {
  let cancelled = 0;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode("no")),
    cancel: () => (cancelled += 1),
  });
  const response = new Response(body, { status: 500, headers: { "X-Kind": "a" } });
  const { error } = await errorOf(t.iterate(response));
  assert.deepEqual([error.status, error.body, error.headers.get("x-kind")], [500, "no", "a"]);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(cancelled, 1);
});

test("status 204 is an end without events", async (t) => {
  const stream = await t.stream({ status: 204, headers: [] });
  assert.deepEqual(await all(t.iterate(stream.url)), []);
});

test("a stream that breaks off is thrown after what was received", { skip: { node: ENDS, webkit: ENDS } }, async (t) => {
  const stream = await t.stream(["data: a\n\n", waitFor("seen"), CUT]);
  const events = t.iterate(stream.url);
  assert.equal((await events.next()).value.data, "a");
  await stream.signal("seen");
  const { error, seen } = await errorOf(events);
  assert.deepEqual([error.name, error.reason, seen], ["StreamError", "network", []]);
});

test("a domain with a space in it cannot be fetched, and nothing is sent", async (t) => {
  const { error } = await errorOf(t.iterate("http://this is invalid/"));
  assert.deepEqual([error.name, error.reason, error.cause.name], ["StreamError", "network", "TypeError"]);
  // Not what a fetch says that finds no server there.
  assert.match(error.cause.message, /URL/);
});

test("break lets go of the connection", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n"]);
  for await (const event of t.iterate(stream.url)) {
    assert.equal(event.data, "a");
    break;
  }
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

test("a signal that is aborted ends it with its reason", async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const controller = new AbortController();
  const events = t.iterate(stream.url, { signal: controller.signal });
  assert.equal((await events.next()).value.data, "a");
  const next = errorOf(events);
  controller.abort(new Error("enough"));
  const { error } = await next;
  assert.equal(error.message, "enough");
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

test("after a signal nothing comes of what is there already", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n"]);
  const controller = new AbortController();
  const events = t.iterate(stream.url, { signal: controller.signal });
  assert.equal((await events.next()).value.data, "a");
  controller.abort(new Error("enough"));
  const { error, seen } = await errorOf(events);
  assert.deepEqual([error.message, seen], ["enough", []]);
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

/** A response that goes on after this, and a promise of its body's being cancelled. */
function endless(text = "") {
  let response;
  const cancelled = new Promise((cancel) => {
    const start = (controller) => controller.enqueue(new TextEncoder().encode(text));
    response = new Response(new ReadableStream({ start, cancel }), { headers: { "Content-Type": "text/event-stream" } });
  });
  return { response, cancelled };
}

test("a signal ends it whatever a fetch of one's own makes of it", async (t) => {
  const { response, cancelled } = endless("data: a\n\n");
  const controller = new AbortController();
  const fetch = async () => response;
  const events = t.iterate("https://fake.test/", { fetch, signal: controller.signal });
  assert.equal((await events.next()).value.data, "a");
  const next = errorOf(events);
  controller.abort(new Error("enough"));
  assert.equal((await next).error.message, "enough");
  await cancelled;
});

const KEEPS = { firefox: "keeps the connection of a body that is merely cancelled" };

test("a signal lets go of the connection of a fetch that does not heed it", { skip: KEEPS }, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const controller = new AbortController();
  const fetch = (url, { headers }) => globalThis.fetch(url, { headers });
  const events = t.iterate(stream.url, { fetch, signal: controller.signal });
  assert.equal((await events.next()).value.data, "a");
  // Nobody asks for another event.
  controller.abort();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

for (const [how, name] of [
  ["a signal", "AbortError"],
  ["silence", "StreamError"],
]) {
  test(`a response that comes after ${how} has ended it is let go of`, async (t) => {
    const controller = new AbortController();
    const init = how === "silence" ? { idleTimeout: 20 } : { signal: controller.signal };
    let respond;
    const asked = new Promise((isAsked) => {
      init.fetch = () => {
        isAsked();
        return new Promise((resolve) => (respond = resolve));
      };
    });
    const ended = errorOf(t.iterate("https://fake.test/", init));
    await asked;
    controller.abort();
    assert.equal((await ended).error.name, name);
    const { response, cancelled } = endless();
    respond(response);
    await cancelled;
  });
}

test("a fetch of one's own may abort the signal itself", async (t) => {
  const controller = new AbortController();
  const fetch = () => {
    controller.abort(new Error("never"));
    return new Promise(() => {});
  };
  const { error } = await errorOf(t.iterate("https://fake.test/", { fetch, signal: controller.signal }));
  assert.equal(error.message, "never");
});

for (const when of ["before it is read", "when its reading has begun"]) {
  test(`a response is let go of by a signal that is aborted ${when}`, async (t) => {
    const { response, cancelled } = endless();
    const controller = new AbortController();
    const events = t.iterate(response, { signal: controller.signal });
    let next;
    if (when === "before it is read") {
      controller.abort(new Error("enough"));
      next = errorOf(events);
    } else {
      next = errorOf(events);
      controller.abort(new Error("enough"));
    }
    assert.equal((await next).error.message, "enough");
    await cancelled;
  });
}

test("a response that is there already is read", async (t) => {
  const stream = await t.stream(["data: a\n\n", END]);
  const response = await fetch(stream.url);
  assert.deepEqual(
    (await all(t.iterate(response))).map(({ data }) => data),
    ["a"],
  );
  assert.throws(() => t.iterate(response), TypeError, /it is read already/);
});

test("the body is read as fast as the events are taken", async (t) => {
  let pulls = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        pulls += 1;
        controller.enqueue(new TextEncoder().encode("data: a\n\ndata: b\n\n"));
      },
    },
    { highWaterMark: 0 },
  );
  const events = t.iterate(new Response(body, { headers: { "Content-Type": "text/event-stream" } }));
  for (const expected of [1, 1, 2, 2, 3]) {
    await events.next();
    assert.equal(pulls, expected);
  }
  await events.return();
});

test("a loop with work to do leaves the page its turns in the middle of a chunk", async (t) => {
  const headers = { "Content-Type": "text/event-stream" };
  let turns = 0;
  const timer = setInterval(() => (turns += 1));
  for await (const event of t.iterate(new Response("data: x\n\n".repeat(500), { headers }))) {
    const until = performance.now() + 0.3;
    while (performance.now() < until) {
      event.json;
    }
  }
  clearInterval(timer);
  assert.isAtLeast(turns, 1);
});

test("bad arguments are a TypeError at once", async (t) => {
  for (const [init, message] of [
    [{ reconnect: true }, /Failed to execute 'stream': it does not reconnect/],
    [{ method: "HEAD" }, /Failed to execute 'stream': method: the response to HEAD/],
    [{ body: "x" }, /body: a GET request has none/],
    [{ signal: 1 }, /signal must be an AbortSignal/],
  ]) {
    assert.throws(() => t.iterate("data:,", init), TypeError, message);
  }
});

const KEPT = { ours: { firefox: "the connection of a body that is cancelled while it is read stays open: abort the fetch, too" } };

test("a signal ends the reading of a response of one's own", KEPT, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const controller = new AbortController();
  const events = t.iterate(await t.fetch(stream.url), { signal: controller.signal });
  assert.equal((await events.next()).value.data, "a");
  const asked = events.next();
  const reason = new Error("enough");
  controller.abort(reason);
  assert.strictEqual(await asked.then(() => null, (error) => error), reason);
  const [request] = await stream.requests({ ended: 1, timeout: 3000 });
  assert.equal(request.endedBy, "client");
});
