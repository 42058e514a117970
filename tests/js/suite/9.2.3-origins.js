import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, END, waitFor } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: origins, redirects, credentials");

const ANY_ORIGIN = { allowOrigin: "*" };
const NO_COOKIES = { node: "Node has no cookies and no origin" };

const redirect = (status, to) => `/redirect/${status}?to=${encodeURIComponent(to)}`;

test("an event's origin is that of the stream", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  assert.equal((await t.next(t.eventSource(stream.url), "message")).origin, t.origin);
});

test("an event's origin is that of the stream when the page has another one", async (t) => {
  const stream = await t.stream({ cors: ANY_ORIGIN, steps: ["data: x\n\n"] });
  const source = t.eventSource(stream.otherUrl);
  assert.equal((await t.next(source, "message")).origin, t.otherOrigin);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a ${status} redirect is followed, and url stays as it was`, async (t) => {
    const stream = await t.stream(["data: x\n\n", waitFor("over"), END]);
    const url = t.origin + redirect(status, stream.path);
    const source = t.eventSource(url);
    const event = await t.next(source, "message");
    source.close();
    await stream.signal("over");
    assert.deepEqual([event.data, event.origin, source.url], ["x", t.origin, url]);
  });
}

const NOT_ABORTED = { firefox: "aborting a fetch that was redirected does not end its connection" };

test("close() ends a response that came by a redirect", { ours: NOT_ABORTED }, async (t) => {
  const stream = await t.stream(["data: x\n\n", waitFor("over"), END]);
  const source = t.eventSource(t.origin + redirect(302, stream.path));
  await t.next(source, "message");
  source.close();
  const [{ endedBy }] = await stream.requests({ ended: 1, timeout: 2000 });
  await stream.signal("over");
  assert.equal(endedBy, "client");
});

test("after a redirect to another origin, that is the event's origin", async (t) => {
  const stream = await t.stream({ cors: ANY_ORIGIN, steps: ["data: x\n\n", waitFor("over"), END] });
  const source = t.eventSource(t.origin + redirect(302, stream.otherUrl));
  const { origin } = await t.next(source, "message");
  source.close();
  await stream.signal("over");
  assert.equal(origin, t.otherOrigin);
});

test("a redirect to a refusal fails the connection", async (t) => {
  const source = t.eventSource(t.origin + redirect(302, "/status/404"));
  const { type, readyState } = await t.record(source, "open", "error").next();
  assert.deepEqual([type, readyState], ["error", 2]);
});

test("the cookies of the page's own origin are sent without being asked for", { skip: NO_COOKIES }, async (t) => {
  await fetch(`${t.origin}/cookie/set?name=${t.unique}&value=own`);
  const { data } = await t.next(t.eventSource(`${t.origin}/cookie/stream`), "message");
  assert.include(data, `${t.unique}=own`);
});

test("withCredentials sends cookies to another origin", { skip: NO_COOKIES }, async (t) => {
  await fetch(`${t.otherOrigin}/cookie/set?name=${t.unique}&value=other`, { credentials: "include" });
  const source = t.eventSource(`${t.otherOrigin}/cookie/stream`, { withCredentials: true });
  assert.include((await t.next(source, "message")).data, `${t.unique}=other`);
});

test("without withCredentials no cookies are sent to another origin", { skip: NO_COOKIES }, async (t) => {
  await fetch(`${t.otherOrigin}/cookie/set?name=${t.unique}&value=other`, { credentials: "include" });
  const source = t.eventSource(`${t.otherOrigin}/cookie/stream`, { withCredentials: false });
  assert.equal((await t.next(source, "message")).data, "");
});

test("a request to another origin says whose page it is for", { skip: NO_COOKIES }, async (t) => {
  const stream = await t.stream({ cors: { allowOrigin: "ORIGIN" }, steps: [COMMENT] });
  await t.next(t.eventSource(stream.otherUrl), "open");
  const [request] = await stream.requests({ count: 1 });
  assert.deepEqual([request.method, request.header("origin")], ["GET", t.origin]);
});

const HAS_CORS = { node: "Node has no origin, so nothing is refused" };

for (const [what, cors, init] of [
  ["says nothing of origins", null, {}],
  ["allows another origin", { allowOrigin: "http://example.org" }, {}],
  ["allows any origin but is asked with credentials", { allowOrigin: "*" }, { withCredentials: true }],
  ["allows the origin but not credentials", { allowOrigin: "ORIGIN" }, { withCredentials: true }],
]) {
  test(`a stream of another origin that ${what} fails the connection`, { skip: HAS_CORS }, async (t) => {
    const stream = await t.stream({ cors, steps: ["retry: 10\ndata: secret\n\n"] });
    const source = t.eventSource(stream.otherUrl, init);
    const events = t.record(source, "open", "message", "error");
    const { type, readyState } = await events.next();
    assert.deepEqual([type, readyState], ["error", 2]);
    // Ours has asked again, without CORS, to learn that there is a server, then once more as at first, to be sure that
    // the first request was not merely lost: and let go of all three.
    const asked = t.implementation === "native" ? 1 : 3;
    await stream.requests({ count: asked, ended: asked });
    assert.isTrue(await stream.countStaysAt(asked));
    assert.deepEqual(events.types, ["error"]);
  });
}

test("a redirect to a stream of another origin without CORS fails the connection", { skip: HAS_CORS }, async (t) => {
  const stream = await t.stream({ cors: null, steps: ["retry: 10\ndata: secret\n\n"] });
  const source = t.eventSource(t.origin + redirect(302, stream.otherUrl));
  const events = t.record(source, "open", "message", "error");
  const { type, readyState } = await events.next();
  assert.deepEqual([type, readyState], ["error", 2]);
  // However often it took to find out, all of it is over.
  const { length } = await stream.requests({ count: 1 });
  await stream.requests({ count: length, ended: length });
  assert.isTrue(await stream.countStaysAt(length));
  assert.deepEqual(events.types, ["error"]);
});

// Browsers repeat a request by themselves when the connection drops, and ours asks several times: with each of these
// numbers the first answer is to another one of the requests.
for (const drops of [1, 2, 3, 4]) {
  test(`a stream of another origin that ends comes back when ${drops} of its connections drop`, async (t) => {
    const answer = (...steps) => ({ cors: ANY_ORIGIN, steps });
    const dropped = Array(drops).fill({ cors: ANY_ORIGIN, dropBeforeResponse: true });
    const stream = await t.stream(answer("retry: 20\ndata: 1\n\n", END), ...dropped, answer("data: back\n\n"));
    const source = t.eventSource(stream.otherUrl);
    const events = t.record(source, "open", "message", "error");
    await events.until(({ event }) => event.data === "back");
    const errors = events.all.filter(({ type }) => type === "error");
    assert.deepEqual([...new Set(errors.map(({ readyState }) => readyState))], [0]);
    assert.equal(events.types.filter((type) => type === "open").length, 2);
    assert.equal(source.readyState, 1);
  });
}

test("a stream of another origin is resumed with its ID", async (t) => {
  const cors = { allowOrigin: "*", allowHeaders: "last-event-id", allowMethods: "GET" };
  const stream = await t.stream({ cors, steps: ["retry: 20\nid: 5\ndata: 1\n\n", END] }, { cors, steps: ["data: 2\n\n"] });
  const events = await t.collect(t.eventSource(stream.otherUrl), ["message"], 2);
  assert.deepEqual(events.map(({ data, lastEventId }) => [data, lastEventId]), [
    ["1", "5"],
    ["2", "5"],
  ]);
  // A preflight may lie between: fetch has no way around it.
  const requests = (await stream.requests({ count: 2 })).filter(({ method }) => method === "GET");
  assert.deepEqual(requests.map((request) => request.header("last-event-id")), [undefined, "5"]);
});
