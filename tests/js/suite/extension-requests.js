import { assert } from "chai";
import { section } from "../harness/registry.js";
import { CUT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "requests: headers, method, body, fetch, signal, lastEventIdParameter");

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const ENDS = "it takes a body that breaks off for one that ends";

/** What the console is told of this URL until `body` is done. Others may run at the same time. */
async function complaintsDuring(url, body) {
  const { error } = console;
  const complaints = [];
  console.error = (...told) => (String(told[0]).includes(url) ? complaints.push(told) : error.apply(console, told));
  try {
    await body();
    // What is said in the task of the event comes behind it.
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    console.error = error;
  }
  return complaints;
}

const query = (request) => request.url.split("?")[1] ?? "";

test("headers are sent, beside those of the standard", async (t) => {
  for (const headers of [{ "X-Key": "a" }, new Headers({ "X-Key": "a" }), [["X-Key", "a"]]]) {
    const stream = await t.stream(["data: x\n\n"]);
    await t.next(t.eventSource(stream.url, { headers }), "message");
    const [request] = await stream.requests({ count: 1 });
    assert.deepEqual([request.header("x-key"), request.header("accept")], ["a", "text/event-stream"]);
  }
});

test("a function gives the headers of each attempt", async (t) => {
  const stream = await t.stream(["retry: 1\nid: 7\ndata: x\n\n", END], ["data: y\n\n"]);
  const asked = [];
  const headers = async ({ lastEventId }) => {
    asked.push(lastEventId);
    await Promise.resolve();
    return { Authorization: `Bearer ${asked.length}` };
  };
  await t.collect(t.eventSource(stream.url, { headers }), ["message"], 2);
  const requests = await stream.requests({ count: 2 });
  assert.deepEqual(
    requests.map((request) => request.header("authorization")),
    ["Bearer 1", "Bearer 2"],
  );
  assert.deepEqual(asked, ["", "7"]);
});

test("when that function fails the attempt has failed, and another follows", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  let calls = 0;
  const headers = () => {
    calls += 1;
    return calls === 1 ? Promise.reject(new Error("no token")) : {};
  };
  const source = t.eventSource(stream.url, { headers, reconnect: { initialDelay: 1 } });
  const events = t.record(source, "error", "message");
  await t.next(source, "message");
  assert.deepEqual(events.types, ["error", "message"]);
  const { reason, message } = events.all[0].event;
  assert.deepEqual([reason, message], ["unprepared", "the request could not be prepared: no token"]);
  assert.isTrue(await stream.countStaysAt(1, 100));
});

test("a POST sends its body", async (t) => {
  const stream = await t.stream(["data: x\n\n"], ["data: y\n\n"]);
  await t.next(t.eventSource(stream.url, { method: "post", body: JSON.stringify({ a: 1 }) }), "message");
  await t.next(t.eventSource(stream.url, { method: "POST", body: async () => "made" }), "message");
  const requests = await stream.requests({ count: 2 });
  assert.deepEqual(
    requests.map(({ method, body }) => [method, body]),
    [
      ["POST", '{"a":1}'],
      ["POST", "made"],
    ],
  );
});

test("a POST is not repeated by itself, but when it is asked for", async (t) => {
  const ends = ["retry: 1\ndata: x\n\n", END];
  const once = await t.stream(ends);
  const source = t.eventSource(once.url, { method: "POST" });
  const error = await t.next(source, "error");
  assert.deepEqual([source.readyState, error.reason], [2, "ended"]);
  assert.isTrue(await once.countStaysAt(1, 200));

  const asked = await t.stream(ends, ["data: y\n\n"]);
  await t.collect(t.eventSource(asked.url, { method: "POST", reconnect: true }), ["message"], 2);
  assert.equal((await asked.requests({ count: 2 })).length, 2);
});

test("a POST that broke off goes on from its ID, if the user gives a policy of reconnecting", { skip: { node: ENDS, webkit: ENDS } }, async (t) => {
  const stream = await t.stream(["retry: 1\nid: 1\ndata: x\n\n", waitFor("seen"), CUT], ["data: y\n\n"]);
  const messages = t.record(t.eventSource(stream.url, { method: "POST", body: "b", reconnect: true }), "message");
  await messages.next();
  await stream.signal("seen");
  await messages.next();
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

test("a POST whose answer is complete is over, and told so without a complaint", async (t) => {
  const answer = ["retry: 1\nid: 1\ndata: x\n\nid: 2\ndata: [DONE]\n\nid: 3\ndata: cut", END];
  for (const method of ["POST", "post", "PATCH"]) {
    const stream = await t.stream(answer);
    const source = t.eventSource(stream.url, { method, body: "{}" });
    const errors = t.record(source, "error");
    const complaints = await complaintsDuring(source.url, async () => {
      const data = [];
      for await (const event of source) {
        data.push(event.data);
      }
      assert.deepEqual(data, ["x", "[DONE]"]);
    });
    assert.deepEqual(complaints, []);
    assert.deepEqual([source.readyState, source.lastEventId], [2, "2"]);
    const [{ reason, reconnectsIn, attempt }] = errors.all.map(({ event }) => event);
    assert.deepEqual([errors.all.length, reason, reconnectsIn, attempt], [1, "ended", undefined, 1]);
    assert.isTrue(await stream.countStaysAt(1, 200));
  }
  // The check can fail.
  const refused = t.eventSource((await t.stream({ status: 500, steps: [END] })).url);
  assert.equal((await complaintsDuring(refused.url, () => t.next(refused, "error"))).length, 1);
});

test("fetch is called in the place of the global one", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const calls = [];
  const fetch = (url, init) => {
    calls.push([url, init.method, init.cache, init.headers.Accept]);
    return globalThis.fetch(url, init);
  };
  await t.next(t.eventSource(stream.url, { fetch }), "message");
  assert.deepEqual(calls, [[stream.url, "GET", "no-store", "text/event-stream"]]);
});

test("lastEventIdParameter puts the ID into the query, so that there is no preflight", async (t) => {
  const cors = { allowOrigin: "*" };
  const steps = ["retry: 1\nid: ü &=\ndata: x\n\n", END];
  const stream = await t.stream({ cors, steps }, { cors, steps: ["data: y\n\n"] });
  const source = t.eventSource(`${stream.otherUrl}?a=b#c`, { lastEventIdParameter: "last-id" });
  await t.collect(source, ["message"], 2);
  const requests = await stream.requests({ count: 2 });
  assert.deepEqual(requests.map(query), ["a=b", "a=b&last-id=%C3%BC%20%26%3D"]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, undefined]);
  assert.equal(source.url, `${stream.otherUrl}?a=b#c`);
});

test("a signal closes the source", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const controller = new AbortController();
  const source = t.eventSource(stream.url, { signal: controller.signal });
  const events = t.record(source, "error");
  await t.next(source, "message");
  controller.abort();
  assert.equal(source.readyState, 2);
  const [request] = await stream.requests({ ended: 1 });
  assert.deepEqual([request.endedBy, events.types], ["client", []]);
});

test("with a signal that is aborted the source is CLOSED from the start and sends nothing", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url, { signal: AbortSignal.abort() });
  assert.equal(source.readyState, 2);
  assert.isTrue(await stream.countStaysAt(0, 100));
});

test("credentials are as they are set", { skip: { node: "it has no cookies" } }, async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  for (const [credentials, withCredentials] of [
    ["include", true],
    ["omit", false],
    ["same-origin", false],
  ]) {
    assert.equal(t.eventSource(stream.url, { credentials }).withCredentials, withCredentials);
  }
});

const redirectTo = (url, cors) => ({ status: 302, headers: [["Location", url]], cors, steps: [END] });
/** Takes the key for itself, if a redirect brings somebody there. */
const GREEDY = { allowOrigin: "*", allowHeaders: "x-api-key, authorization, last-event-id" };
/** Stays open until it is told: Firefox keeps the connection of a source that is closed, if there was a redirect. */
const UNTIL_OVER = ["data: x\n\n", waitFor("over"), END];

/** The first message, after which both the source and the stream are over. */
async function firstMessage(t, source, stream) {
  const message = await t.next(source, "message");
  source.close();
  await stream.signal("over");
  return message;
}

const secret = { headers: { "X-Api-Key": "secret" } };
const authorization = { Authorization: "Bearer secret" };
const NO_ORIGIN = { node: "it has no origin of its own" };

test("a header of one's own is not sent on after a redirect to another origin", async (t) => {
  const target = await t.stream({ cors: GREEDY, steps: ["data: x\n\n"] });
  const stream = await t.stream(redirectTo(target.otherUrl));
  for (const headers of [secret.headers, async () => secret.headers, authorization, async () => authorization]) {
    const source = t.eventSource(stream.url, { headers, reconnect: { initialDelay: 1 } });
    const error = await t.next(source, "error");
    assert.equal(error.reason, t.engine === "node" ? "network" : "cors");
    source.close();
  }
  // Not even a preflight.
  assert.isTrue(await target.countStaysAt(0, 200));
});

test("nor from another origin to a third one, which is the page's here", async (t) => {
  // The server ends it: Firefox keeps the connection of what it has refused.
  const target = await t.stream({ cors: GREEDY, steps: ["data: x\n\n", END] });
  const stream = await t.stream(redirectTo(target.url, GREEDY));
  const source = t.eventSource(stream.otherUrl, secret);
  await t.next(source, "error");
  source.close();
  const keys = (await target.requests()).map((request) => request.header("x-api-key"));
  assert.deepEqual(
    keys.filter((key) => key !== undefined),
    [],
  );
});

test("with redirect: follow it is, where the other origin allows it", async (t) => {
  for (const allowHeaders of [GREEDY.allowHeaders, "*"]) {
    const target = await t.stream({ cors: { allowOrigin: "*", allowHeaders }, steps: UNTIL_OVER });
    const stream = await t.stream(redirectTo(target.otherUrl));
    await firstMessage(t, t.eventSource(stream.url, { ...secret, redirect: "follow" }), target);
    const [arrived] = (await target.requests({ count: 1 })).filter(({ method }) => method === "GET");
    assert.equal(arrived.header("x-api-key"), "secret", allowHeaders);
  }
});

test("a redirect within the page's origin is followed with headers", { skip: NO_ORIGIN }, async (t) => {
  const target = await t.stream(UNTIL_OVER);
  const stream = await t.stream(redirectTo(target.url));
  await firstMessage(t, t.eventSource(stream.url, secret), target);
  const [arrived] = await target.requests({ count: 1 });
  assert.equal(arrived.header("x-api-key"), "secret");
});

test("headers that are no secrets do not keep a redirect from being followed", async (t) => {
  const cors = { allowOrigin: "*", allowHeaders: "content-type" };
  const target = await t.stream({ cors, steps: UNTIL_OVER });
  const stream = await t.stream(redirectTo(target.otherUrl));
  const headers = { "Content-Type": "text/plain", "Accept-Language": "de" };
  await firstMessage(t, t.eventSource(stream.url, { headers }), target);
  const [arrived] = (await target.requests({ count: 1 })).filter(({ method }) => method === "GET");
  assert.equal(arrived.header("accept-language"), "de");
});

test("options that carry nothing leave reconnections where the redirect has led", async (t) => {
  for (const init of [{ priority: "high" }, { referrerPolicy: "no-referrer" }, { credentials: "omit" }, { redirect: "follow" }, { mode: "cors" }]) {
    const target = await t.stream(["retry: 1\ndata: 1\n\n", END], ["data: 2\n\n", END], UNTIL_OVER);
    const stream = await t.stream(redirectTo(target.url));
    const source = t.eventSource(stream.url, init);
    await t.collect(source, ["message"], 3);
    source.close();
    await target.signal("over");
    assert.equal((await stream.requests()).length, 1, JSON.stringify(init));
    assert.equal((await target.requests({ count: 3 })).length, 3);
  }
});

test("what is meant for one origin has reconnections go to the source's URL", async (t) => {
  const fetch = (...request) => globalThis.fetch(...request);
  for (const init of [{ fetch }, { method: "POST", reconnect: true }, { ...secret, redirect: "follow" }, { lastEventIdParameter: "id" }]) {
    const target = await t.stream(["retry: 1\ndata: 1\n\n", END], UNTIL_OVER);
    const stream = await t.stream({ ...redirectTo(target.url), status: 307 });
    const source = t.eventSource(stream.url, init);
    await t.collect(source, ["message"], 2);
    source.close();
    await target.signal("over");
    assert.equal((await stream.requests({ count: 2 })).length, 2, Object.keys(init)[0]);
  }
});

test("when the node where a redirect led is gone, the source goes to its URL again", async (t) => {
  const gone = await t.stream(["retry: 1\ndata: 1\n\n", END], { status: 503, steps: [END] }, UNTIL_OVER);
  const other = await t.stream(UNTIL_OVER);
  const stream = await t.stream(redirectTo(gone.url), redirectTo(other.url));
  const source = t.eventSource(stream.url, { reconnect: { maxDelay: 1, statuses: [503] } });
  await t.collect(source, ["message"], 2);
  source.close();
  await other.signal("over");
  assert.equal((await stream.requests({ count: 2 })).length, 2);
  assert.equal((await other.requests({ count: 1 })).length, 1);
});

test("redirect: error makes a redirect a failure, which is final where a probe can tell that it is one", async (t) => {
  const target = await t.stream(["data: x\n\n"]);
  const stream = await t.stream(redirectTo(target.url));
  const source = t.eventSource(stream.url, { redirect: "error", reconnect: { initialDelay: 1, maxDelay: 1, maxAttempts: 3 } });
  const { reason, message, reconnectsIn } = await t.next(source, "error");
  if (t.engine === "node") {
    assert.equal(reason, "network");
    assert.match(message, /: a redirect was not followed, see the option redirect: fetch failed: unexpected redirect$/);
  } else {
    assert.deepEqual([reason, reconnectsIn, source.readyState], ["cors", undefined, 2]);
  }
  source.close();
  assert.isTrue(await target.countStaysAt(0, 100));
});

const KEEPS = { shared: "what is closed at once has no request", firefox: "keeps the connection of a body that is merely cancelled" };

test("a fetch of one's own that does not heed the signal keeps no connection", { skip: KEEPS }, async (t) => {
  const stream = await t.stream(["data: a\n\n"]);
  const fetch = (url, { headers }) => globalThis.fetch(url, { headers });
  t.eventSource(stream.url, { fetch }).close();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

const respond = () => new Response("data: a\n\n", { headers: { "Content-Type": "text/event-stream" } });
const fail = () => {
  throw new TypeError("no network");
};

for (const [what, fetch, type] of [
  ["response", respond, "open"],
  ["exception", fail, "error"],
]) {
  test(`an ${type} comes in a later task, though the ${what} is there at once`, async (t) => {
    // Who has had no event for a while may have one without a task.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const source = t.eventSource("https://fake.test/", { fetch, reconnect: { initialDelay: 60_000, maxDelay: 60_000 } });
    const events = t.record(source, "open", "error");
    for (let depth = 0; depth < 100; depth += 1) {
      await null;
    }
    assert.deepEqual(events.types, []);
    await t.next(source, type);
  });
}

test("when a fetch of one's own fails, the global one does not ask why", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  let calls = 0;
  const fetch = async (...request) => {
    calls += 1;
    if (calls === 1) {
      throw new TypeError("no network");
    }
    return globalThis.fetch(...request);
  };
  const source = t.eventSource(stream.url, { fetch, reconnect: { initialDelay: 1 } });
  const events = t.record(source, "error", "message");
  await t.next(source, "message");
  assert.deepEqual([events.types, events.all[0].event.reason], [["error", "message"], "network"]);
  assert.equal((await stream.requests({ count: 1 })).length, 1);
});

test("credentials: omit holds for the request that looks for CORS, too", { skip: NO_ORIGIN }, async (t) => {
  await fetch(`${t.origin}/cookie/set?name=${t.unique}&value=1`);
  const target = await t.stream(["data: x\n\n"]);
  const stream = await t.stream(redirectTo(target.otherUrl));
  const error = await t.next(t.eventSource(stream.url, { credentials: "omit" }), "error");
  assert.equal(error.reason, "cors");
  const requests = await stream.requests({ count: 3 });
  assert.deepEqual(
    requests.map((request) => request.header("cookie")),
    [undefined, undefined, undefined],
  );
});

test("a header that browsers forbid is a TypeError", { skip: { node: "it forbids none" } }, async (t) => {
  assert.throws(() => t.eventSource("data:,", { headers: { Cookie: "a=b" } }), TypeError, /may not set the header cookie/);
});
