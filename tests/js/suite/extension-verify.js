import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "whether a connection is alive: verify(), whenBack, connectTimeout");

const NO_MODULE = "the classic script has no exports";
const WITH_MODULES = { skip: { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE } };

/** `skip` as in the registry. */
function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function rejectionOf(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("it does not reject");
}

test("a silent connection is replaced by one that goes on after the last event ID, without open and without error", async (t) => {
  const stream = await t.stream(["id: 7\ndata: 1\n\n"], ["data: 2\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  // So that the event is older than a millisecond.
  await delay(20);
  assert.isUndefined(await source.verify({ staleAfter: 1 }));
  assert.equal(source.readyState, 1);
  await events.take(1);
  assert.deepEqual(events.types, ["open", "message", "message"]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "7"]);
  const [first] = await stream.requests({ ended: 1 });
  assert.equal(first.endedBy, "client");
});

test("a connection that has just spoken is alive, and no request is sent", async (t) => {
  const stream = await t.stream([COMMENT, "data: 1\n\n"]);
  const source = t.eventSource(stream.url);
  await t.next(source, "message");
  await Promise.all([source.verify(), source.verify({ staleAfter: 60_000 }), source.verify(null)]);
  assert.isTrue(await stream.countStaysAt(1, 100));
});

test("a connection that speaks before the new response stays, and the new request is let go of", async (t) => {
  const stream = await t.stream(["data: 1\n\n", waitFor("asked"), "data: 2\n\n", waitFor("more"), "data: 3\n\n"], {
    headersAfter: "never",
    steps: [],
  });
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  await delay(20);
  const verified = source.verify({ staleAfter: 1 });
  await stream.requests({ count: 2 });
  await stream.signal("asked");
  await verified;
  const requests = await stream.requests({ ended: 1 });
  assert.deepEqual(requests.map(({ endedBy }) => endedBy), [null, "client"]);
  await stream.signal("more");
  await events.take(2);
  assert.deepEqual(events.types, ["open", "message", "message", "message"]);
});

test("with staleAfter: 0 a token is replaced without a gap, and no event is lost or comes twice", async (t) => {
  const tokens = ["old", "new"];
  const numbers = (first, last) => {
    const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return all.map((number) => `id: ${number}\ndata: ${number}\n\n`).join("");
  };
  const stream = await t.stream([numbers(1, 3), waitFor("asked"), numbers(4, 6)], {
    headersAfter: "answered",
    steps: [numbers(4, 9)],
  });
  const source = t.eventSource(stream.url, { headers: () => ({ "X-Token": tokens.shift() ?? "none" }) });
  const events = t.record(source, "open", "message", "error");
  await events.take(4);
  const verified = source.verify({ staleAfter: 0 });
  await stream.requests({ count: 2 });
  await stream.signal("asked");
  await stream.signal("answered");
  await verified;
  await events.take(6);
  assert.deepEqual(events.types, ["open", ...Array(9).fill("message")]);
  assert.deepEqual(events.all.slice(1).map(({ event }) => event.data), ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  const requests = await stream.requests({ count: 2 });
  assert.deepEqual(requests.map((request) => request.header("x-token")), ["old", "new"]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "3"]);
});

test("a new request that is not answered in time is an error, and the next connection is the answer", async (t) => {
  const stream = await t.stream(["retry: 1\nid: 7\ndata: 1\n\n"], { headersAfter: "never", steps: [] }, ["data: 2\n\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open", "message", "error");
  await events.take(2);
  await source.verify({ staleAfter: 0, timeout: 100 });
  assert.equal(source.readyState, 1);
  await events.take(3);
  assert.deepEqual(events.types, ["open", "message", "error", "open", "message"]);
  assert.equal(events.all[2].event.reason, "timeout");
  assert.equal(events.all[2].readyState, 0);
  assert.deepEqual(await stream.lastEventIds(3), [undefined, "7", "7"]);
});

test("a new request that is refused is the end, and verify() rejects with its error", async (t) => {
  const stream = await t.stream(["data: 1\n\n"], { status: 401, steps: ["log in", END] });
  const source = t.eventSource(stream.url);
  await t.next(source, "message");
  const error = t.next(source, "error");
  const rejection = await rejectionOf(source.verify({ staleAfter: 0 }));
  assert.deepEqual([rejection.name, rejection.reason, rejection.status, rejection.body], ["StreamError", "status", 401, "log in"]);
  assert.equal((await error).status, 401);
  assert.equal(source.readyState, 2);
});

test("what cannot be verified rejects, and goes on", { skip: { shared: "a POST is shared only if it may be sent again" } }, async (t) => {
  const posted = await t.stream(["data: 1\n\n"]);
  const post = t.eventSource(posted.url, { method: "POST", body: "order" });
  await t.next(post, "message");
  assert.match((await rejectionOf(post.verify({ staleAfter: 0 }))).message, /must not be sent again/);
  assert.equal(post.readyState, 1);
  assert.isTrue(await posted.countStaysAt(1, 100));
  post.close();
  assert.match((await rejectionOf(post.verify())).message, /CLOSED/);
});

test("close() while a verification waits rejects it, and lets go of both requests", async (t) => {
  const stream = await t.stream(["data: 1\n\n"], { headersAfter: "never", steps: [] });
  const source = t.eventSource(stream.url);
  await t.next(source, "message");
  const verified = source.verify({ staleAfter: 0 });
  await stream.requests({ count: 2 });
  source.close();
  assert.match((await rejectionOf(verified)).message, /was closed/);
  const requests = await stream.requests({ ended: 2 });
  assert.deepEqual(requests.map(({ endedBy }) => endedBy), ["client", "client"]);
});

test("bad options of verify() are a TypeError that says which, and nothing is sent", async (t) => {
  const stream = await t.stream(["data: 1\n\n"]);
  const source = t.eventSource(stream.url);
  await t.next(source, "message");
  for (const [options, message] of [
    [1, /verify: the options must be an object such as \{ staleAfter: 5000 \}/],
    [{ staleAfter: -1 }, /verify: staleAfter must be an integer of milliseconds from 0/],
    [{ staleAfter: "15s" }, /verify: staleAfter must be .* is a string/],
    [{ timeout: 0 }, /verify: timeout must be an integer of milliseconds from 1/],
    [{ timeout: Infinity }, /verify: timeout must be .* to 2147483647, and is Infinity/],
  ]) {
    const error = await rejectionOf(source.verify(options));
    assert.instanceOf(error, TypeError);
    assert.match(error.message, message);
  }
  assert.isTrue(await stream.countStaysAt(1, 100));
});

test("bad values of whenBack and connectTimeout are a TypeError of the constructor", (t) => {
  for (const [init, message] of [
    [{ whenBack: "check" }, /^Failed to construct 'EventSource': whenBack must be "keep" or "verify"/],
    [{ connectTimeout: 0 }, /^Failed to construct 'EventSource': connectTimeout must be an integer of milliseconds from 1/],
    [{ connectTimeout: "10s" }, /connectTimeout must be .* is a string/],
  ]) {
    assert.throws(() => t.eventSource("https://fake.test/", init), TypeError, message);
  }
});

test("an attempt whose response does not come within connectTimeout is lost, and the next one follows", async (t) => {
  const stream = await t.stream({ headersAfter: "never", steps: [] }, ["data: x\n\n"]);
  const source = t.eventSource(stream.url, { connectTimeout: 300, reconnect: { initialDelay: 1 } });
  const events = t.record(source, "open", "message", "error");
  await events.take(3);
  assert.deepEqual(events.types, ["error", "open", "message"]);
  const [{ event }] = events.all;
  assert.deepEqual([event.reason, event.message, event.attempt], ["timeout", "no response came from the server in time", 1]);
});

test("connectTimeout does not limit how long an open connection may be silent", async (t) => {
  const stream = await t.stream([COMMENT, waitFor("later"), "data: x\n\n"]);
  const source = t.eventSource(stream.url, { connectTimeout: 3000 });
  const events = t.record(source, "open", "message", "error");
  await events.take(1);
  await delay(3500);
  await stream.signal("later");
  await events.take(1);
  assert.deepEqual(events.types, ["open", "message"]);
});

test("stream() has connectTimeout, too, and nothing of what is for connections that are made again", WITH_MODULES, async (t) => {
  const silent = await t.stream({ headersAfter: "never", steps: [] });
  const error = await rejectionOf(t.iterate(silent.url, { connectTimeout: 300 }).next());
  assert.deepEqual([error.name, error.reason], ["StreamError", "timeout"]);
  assert.throws(() => t.iterate(silent.url, { whenBack: "verify" }), TypeError, /it does not reconnect/);
});
