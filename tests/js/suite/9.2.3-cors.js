import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: coming back to another origin");

const NO_ORIGIN = { node: "Node has no cookies and no origin" };
const PREFLIGHT = "fetch preflights Last-Event-ID, which the Fetch standard has not among the safelisted headers";
const PREFLIGHTS = { chromium: PREFLIGHT, firefox: PREFLIGHT, webkit: PREFLIGHT };
const ALLOWS_ID = { allowOrigin: "*", allowHeaders: "last-event-id" };

const first = (cors, id) => ({ cors, steps: [`retry: 20\nid: ${id}\ndata: 1\n\n`, END] });
const second = (cors) => ({ cors, steps: ["data: 2\n\n"] });

/** Waits for the second event, for which the source has to come back. */
async function comesBack(t, stream, init = {}) {
  const events = t.record(t.eventSource(stream.otherUrl, init), "message", "error");
  const { readyState, event } = (await events.take(3)).at(-1);
  assert.deepEqual([event.type, event.data, readyState], ["message", "2", 1]);
  return stream.requests({ count: 2 });
}

const ids = (requests) => requests.map((request) => request.header("last-event-id"));

test("coming back with an ID takes no preflight", { ours: PREFLIGHTS }, async (t) => {
  const requests = await comesBack(t, await t.stream(first(ALLOWS_ID, "5"), second(ALLOWS_ID)));
  assert.deepEqual(requests.map(({ method }) => method), ["GET", "GET"]);
});

test("coming back without an ID takes no preflight", async (t) => {
  const cors = { allowOrigin: "*" };
  const stream = await t.stream({ cors, steps: ["retry: 20\ndata: 1\n\n", END] }, second(cors));
  const requests = await comesBack(t, stream);
  assert.deepEqual(requests.map(({ method }) => method), ["GET", "GET"]);
});

test("a server that allows the origin and no headers is sent the ID", { ours: PREFLIGHTS }, async (t) => {
  const cors = { allowOrigin: "*" };
  assert.deepEqual(ids(await comesBack(t, await t.stream(first(cors, "5"), second(cors)))), [undefined, "5"]);
});

for (const [what, id] of [
  ["of more bytes than a safelisted header may have", "i".repeat(1000)],
  ["of bytes that a safelisted header may not have", 'a"(:<>?@[]{}'],
]) {
  test(`an ID ${what} is sent to another origin`, async (t) => {
    const stream = await t.stream(first(ALLOWS_ID, id), second(ALLOWS_ID));
    const requests = (await comesBack(t, stream)).filter(({ method }) => method === "GET");
    assert.deepEqual(ids(requests), [undefined, id]);
  });
}

test("the ID is sent together with cookies", { skip: NO_ORIGIN }, async (t) => {
  await fetch(`${t.otherOrigin}/cookie/set?name=${t.unique}&value=other`, { credentials: "include" });
  const cors = { allowOrigin: "ORIGIN", allowCredentials: true, allowHeaders: "last-event-id" };
  const stream = await t.stream(first(cors, "5"), second(cors));
  const all = await comesBack(t, stream, { withCredentials: true });
  const requests = all.filter(({ method }) => method === "GET");
  assert.deepEqual(ids(requests), [undefined, "5"]);
  assert.isTrue(requests.every((request) => request.header("cookie").includes(`${t.unique}=other`)));
});

test("an origin that is no longer allowed fails the connection", { skip: NO_ORIGIN }, async (t) => {
  const stream = await t.stream(first(ALLOWS_ID, "5"), second({ ...ALLOWS_ID, allowOrigin: "http://example.org" }));
  const events = t.record(t.eventSource(stream.otherUrl), "message", "error");
  const all = await events.until(({ readyState }) => readyState === 2);
  // Ours takes it for a server that is not there at first: five attempts fail where one does of the browser's own.
  const failed = t.implementation === "native" ? 1 : 5;
  assert.deepEqual(all.map(({ type, readyState }) => [type, readyState]), [
    ["message", 1],
    ...Array(failed).fill(["error", 0]),
    ["error", 2],
  ]);
  const { length } = await stream.requests();
  assert.isTrue(await stream.countStaysAt(length));
});
