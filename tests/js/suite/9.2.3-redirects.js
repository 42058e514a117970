import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END, waitFor } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: redirects");

const ANY_ORIGIN = { allowOrigin: "*", allowHeaders: "last-event-id" };
const NO_ORIGIN = { node: "Node has no cookies and no origin" };

const redirect = (to, status = 302) => `/redirect/${status}?to=${encodeURIComponent(to)}`;

/** Stays open until `close` says so: Firefox keeps the connection of ours after close(), if there was a redirect. */
const oneEvent = (cors) => ({ cors, steps: ["data: x\n\n", waitFor("over"), END] });

/** The first event of the URL, after which the stream is over. */
async function firstOf(t, stream, url, init = {}) {
  const source = t.eventSource(url, init);
  const { type, readyState, event } = await t.record(source, "message", "error").next();
  source.close();
  await stream.signal("over");
  return { type, readyState, event, source };
}

test("several redirects in a row are followed, and url stays as it was", async (t) => {
  const stream = await t.stream(oneEvent());
  const url = t.origin + redirect(redirect(redirect(redirect(redirect(stream.path, 308), 307), 303), 302), 301);
  const { event, source } = await firstOf(t, stream, url);
  assert.deepEqual([event.data, event.origin, source.url], ["x", t.origin, url]);
});

test("a redirect keeps the fragment of url, and sends none", async (t) => {
  const stream = await t.stream(oneEvent());
  const url = `${t.origin}${redirect(`${stream.path}#theirs`)}#own`;
  const { event, source } = await firstOf(t, stream, url);
  assert.deepEqual([event.data, source.url], ["x", url]);
  assert.deepEqual((await stream.requests({ count: 1 })).map((request) => request.url), [stream.path]);
});

test("the request after a redirect is still one for an event stream, past caches", async (t) => {
  const stream = await t.stream(oneEvent());
  await firstOf(t, stream, t.origin + redirect(stream.path));
  const [request] = await stream.requests({ count: 1 });
  assert.deepEqual([request.method, request.header("accept")], ["GET", "text/event-stream"]);
});

test("a cookie that comes with a redirect is sent with the next request", { skip: NO_ORIGIN }, async (t) => {
  const stream = await t.stream(oneEvent());
  const cookie = ["set-cookie", `${t.unique}=redirected; Path=/; SameSite=Lax`];
  const first = await t.stream({ status: 302, headers: [["location", stream.path], cookie], steps: [END] });
  await firstOf(t, stream, first.url);
  const [request] = await stream.requests({ count: 1 });
  assert.include(request.header("cookie"), `${t.unique}=redirected`);
});

for (const status of [301, 302, 303, 307, 308]) {
  for (const [where, target] of [
    ["this", "url"],
    ["another", "otherUrl"],
  ]) {
    // Be it straight or by the redirect again.
    test(`after a ${status} to ${where} origin it comes back to the same stream`, async (t) => {
      const cors = ANY_ORIGIN;
      const stream = await t.stream({ cors, steps: ["retry: 20\nid: 1\ndata: 1\n\n", END] }, oneEvent(cors));
      const url = t.origin + redirect(stream[target], status);
      const source = t.eventSource(url);
      const events = await t.collect(source, ["message"], 2);
      source.close();
      await stream.signal("over");
      const { origin } = new URL(stream[target]);
      assert.deepEqual(events.map((event) => [event.data, event.lastEventId, event.origin]), [
        ["1", "1", origin],
        ["x", "1", origin],
      ]);
      assert.equal(source.url, url);
      const requests = (await stream.requests({ count: 2 })).filter(({ method }) => method === "GET");
      assert.deepEqual(requests.map((request) => request.header("last-event-id")), [undefined, "1"]);
    });
  }
}

const BACK = { webkit: "comes back to the URL that it was given" };
const OLD = "comes back to the URL that it was given unless the redirect is permanent, as an older edition had it";

for (const status of [301, 302, 303, 307, 308]) {
  const native = status === 301 || status === 308 ? BACK : { ...BACK, firefox: OLD };
  // The same request is fetched again, and a redirect has changed its current URL.
  test(`after a ${status} it comes back to where the redirect led`, { native }, async (t) => {
    const stream = await t.stream(["retry: 20\ndata: 1\n\n", END], oneEvent());
    const first = await t.stream({ status, headers: [["location", stream.path]], steps: [END] });
    await t.collect(t.eventSource(first.url), ["message"], 2);
    await stream.signal("over");
    assert.equal((await first.requests()).length, 1);
  });
}

test("a redirect to another origin and back makes a request of no origin", { skip: NO_ORIGIN }, async (t) => {
  const stream = await t.stream(oneEvent(ANY_ORIGIN));
  const { event } = await firstOf(t, stream, t.otherOrigin + redirect(stream.url));
  assert.equal(event.origin, t.origin);
  assert.equal((await stream.requests({ count: 1 }))[0].header("origin"), "null");
});

test("withCredentials sends cookies to the other origin of a redirect", { skip: NO_ORIGIN }, async (t) => {
  await fetch(`${t.otherOrigin}/cookie/set?name=${t.unique}&value=other`, { credentials: "include" });
  const stream = await t.stream(oneEvent({ allowOrigin: "ORIGIN", allowCredentials: true }));
  await firstOf(t, stream, t.origin + redirect(stream.otherUrl), { withCredentials: true });
  const [request] = await stream.requests({ count: 1 });
  assert.include(request.header("cookie"), `${t.unique}=other`);
});

test("without withCredentials a redirect to another origin sends no cookies there", { skip: NO_ORIGIN }, async (t) => {
  await fetch(`${t.otherOrigin}/cookie/set?name=${t.unique}&value=other`, { credentials: "include" });
  const stream = await t.stream(oneEvent(ANY_ORIGIN));
  await firstOf(t, stream, t.origin + redirect(stream.otherUrl));
  assert.isUndefined((await stream.requests({ count: 1 }))[0].header("cookie"));
});

test("with credentials a redirect to a stream for every origin fails it", { skip: NO_ORIGIN }, async (t) => {
  const stream = await t.stream({ cors: { allowOrigin: "*" }, steps: ["retry: 20\ndata: x\n\n"] });
  const source = t.eventSource(t.origin + redirect(stream.otherUrl), { withCredentials: true });
  const events = t.record(source, "open", "message", "error");
  const { type, readyState } = await events.next();
  assert.deepEqual([type, readyState], ["error", 2]);
  assert.deepEqual(events.types, ["error"]);
});

const NEVER = { chromium: "requests no URL that has a password" };
const THROWN = { ...NEVER, node: "fetch follows no redirect to a URL that has a password" };

test("a redirect within the origin may have a password", { native: NEVER, ours: THROWN }, async (t) => {
  const stream = await t.stream(oneEvent());
  const { event } = await firstOf(t, stream, t.origin + redirect(stream.url.replace("://", "://user:pass@")));
  assert.deepEqual([event.type, event.data], ["message", "x"]);
});

/** What is no response may be tried again, or may be known to be futile: the standard leaves it to the engine. */
async function assertNeverOpens(t, url) {
  const source = t.eventSource(url);
  const events = t.record(source, "open", "message", "error");
  const { type, readyState } = await events.next();
  assert.equal(type, "error");
  assert.include([0, 2], readyState);
  source.close();
}

test("redirects without end are an error", async (t) => {
  await assertNeverOpens(t, `${t.origin}/redirect-loop?${t.unique}`);
});

for (const to of [
  "http://[",
  "http://127.0.0.1:99999/",
  "ftp://127.0.0.1/",
  "ws://127.0.0.1/",
  "file:///",
  "data:text/event-stream,data:x%0A%0A",
  "about:blank",
  "javascript:void 0",
  "mailto:a@b",
]) {
  test(`a redirect to ${to} is an error`, async (t) => {
    await assertNeverOpens(t, t.origin + redirect(to));
  });
}

test("a redirect to a URL with a password at another origin is an error", async (t) => {
  const stream = await t.stream({ cors: ANY_ORIGIN, steps: ["data: x\n\n"] });
  await assertNeverOpens(t, t.origin + redirect(stream.otherUrl.replace("://", "://user:pass@")));
});
