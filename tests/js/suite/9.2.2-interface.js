import { assert } from "chai";
import { section } from "../harness/registry.js";
import { thrownBy } from "../harness/thrown.js";

const test = section("9.2.2", "The EventSource interface");

const NO_BASE = { node: "Node has no base URL" };

test("a source is an EventSource and an EventTarget", async (t) => {
  const stream = await t.stream([]);
  const source = t.eventSource(stream.url);
  assert.instanceOf(source, t.EventSource);
  assert.instanceOf(source, EventTarget);
  assert.equal(Object.prototype.toString.call(source), "[object EventSource]");
});

test("a URL that cannot be parsed throws a SyntaxError", async ({ EventSource }) => {
  for (const url of ["http://", "http://[::1", "http://127.0.0.1:port/", "http://127.0.0.1:99999/"]) {
    const error = thrownBy(() => new EventSource(url));
    assert.instanceOf(error, DOMException, url);
    assert.equal(error.name, "SyntaxError", url);
    assert.equal(error.code, DOMException.SYNTAX_ERR, url);
  }
});

test("url is the serialized URL", async (t) => {
  const source = t.eventSource(`${t.origin.toUpperCase()}/a/../silence?q=a b#fragment`);
  assert.equal(source.url, `${t.origin}/silence?q=a%20b#fragment`);
});

test("a relative URL is resolved against the base URL", { skip: NO_BASE }, async (t) => {
  const base = globalThis.document?.baseURI ?? globalThis.location.href;
  assert.equal(t.eventSource("streams/none?1").url, new URL("streams/none?1", base).href);
  assert.equal(t.eventSource("/silence").url, `${t.origin}/silence`);
  assert.equal(t.eventSource("").url, base);
});

test("the request goes to the resolved URL", { skip: NO_BASE }, async (t) => {
  const stream = await t.stream(["data: here\n\n"]);
  const event = await t.next(t.eventSource(`${stream.path}?one=1#two`), "message");
  assert.equal(event.data, "here");
  const [request] = await stream.requests({ count: 1 });
  assert.equal(request.url, `${stream.path}?one=1`);
});

test("what is not a string becomes one", async (t) => {
  const url = `${t.origin}/silence`;
  assert.equal(t.eventSource(new URL(url)).url, url);
  assert.equal(t.eventSource({ toString: () => url }).url, url);
});

test("withCredentials is what the init says, and false when it says nothing", async (t) => {
  const url = `${t.origin}/silence`;
  const values = [[], [undefined], [null], [{}], [{ withCredentials: undefined }], [{ withCredentials: 0 }]];
  for (const init of values) {
    const source = t.eventSource(url, ...init);
    assert.strictEqual(source.withCredentials, false);
    source.close();
  }
  for (const withCredentials of [true, 1, "yes", {}]) {
    const source = t.eventSource(url, { withCredentials });
    assert.strictEqual(source.withCredentials, true);
    source.close();
  }
});

test("readyState is CONNECTING after construction and OPEN from the open event on", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url);
  assert.equal(source.readyState, 0);
  const events = await t.record(source, "open", "message").take(2);
  assert.deepEqual(
    events.map(({ type, readyState }) => [type, readyState]),
    [
      ["open", 1],
      ["message", 1],
    ],
  );
});

test("two sources of one URL are independent of each other", async (t) => {
  const stream = await t.stream(["data: 1\n\n", { waitFor: "closed" }, "data: 2\n\n"]);
  const [one, other] = [t.eventSource(stream.url), t.eventSource(stream.url)];
  const events = t.record(other, "message");
  await Promise.all([t.next(one, "message"), events.next()]);
  one.close();
  await Promise.all([stream.signal("closed"), stream.signal("closed")]);
  assert.equal((await events.next()).event.data, "2");
  assert.deepEqual([one.readyState, other.readyState], [2, 1]);
});
