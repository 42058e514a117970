import { assert } from "chai";
import { section } from "../harness/registry.js";

const test = section("9.2.3", "Processing model: URLs of every kind");

/** What is resolved to the stream's URL, whose host is 127.0.0.1. */
for (const [what, of] of [
  ["white space around it", ({ url }) => ` \t\n${url}\f\r `],
  ["tabs and line ends in it", ({ url }) => url.replace("/streams", "/\tstr\nea\rms")],
  ["backslashes for slashes", ({ url }) => url.replace("http://", "http:\\\\").replace("/streams/", "\\streams\\")],
  ["a scheme in capitals", ({ url }) => url.replace("http", "HTTP")],
  ["segments of dots", ({ url }) => url.replace("/streams", "/a/.././%2e/streams")],
  ["a host in octal", ({ url }) => url.replace("127.0.0.1", "0177.0.0.1")],
  ["a host in full width", ({ url }) => url.replace("127.0.0.1", "１２７.0.0.1")],
]) {
  test(`a URL with ${what} is resolved as everywhere`, async (t) => {
    const stream = await t.stream(["data: x\n\n"]);
    const source = t.eventSource(of(stream));
    assert.equal(source.url, stream.url);
    assert.equal((await t.next(source, "message")).data, "x");
  });
}

test("a fragment stays in url and is not sent", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(`${stream.url}#there is one`);
  assert.equal((await t.next(source, "message")).origin, t.origin);
  assert.equal(source.url, `${stream.url}#there%20is%20one`);
  assert.equal((await stream.requests({ count: 1 }))[0].url, stream.path);
});

test("a lone surrogate in a URL becomes U+FFFD", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(`${stream.url}?\ud800`);
  assert.equal(source.url, `${stream.url}?%EF%BF%BD`);
  assert.equal((await t.next(source, "message")).data, "x");
});

test("a host that is not ASCII is shown in Punycode", (t) => {
  const source = t.eventSource("http://bücher.invalid/ü");
  assert.equal(source.url, "http://xn--bcher-kva.invalid/%C3%BC");
  source.close();
});

function thrownBy(action) {
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  }
}

function assertInvalid(t, url) {
  const error = thrownBy(() => t.eventSource(url));
  assert.deepEqual([error?.name, error?.code, error instanceof DOMException], ["SyntaxError", 12, true]);
}

for (const url of ["http://", "http://[::g]/", "http://127.0.0.1:65536/", "http://%00/", "//:80"]) {
  test(`the URL ${url} cannot be parsed`, (t) => assertInvalid(t, url));
}

const ALLOWS_SPACES = { native: { chromium: "its URL parser allows spaces in a domain, and writes %20" } };

// The first is that of the web platform tests. U+00A0 and U+00B4 come to something with a space, by IDNA.
for (const url of ["http://this is invalid/", "//a%20b/", "ws://user@a b:80/", "http://a\u00a0b/", "http://\u00b4/"]) {
  test(`the URL ${url}, with a space in its domain, cannot be parsed`, ALLOWS_SPACES, (t) => assertInvalid(t, url));
}

for (const url of ["http://a%20b@127.0.0.1/%20?a%20b#a%20b", "http://127.0.0.1/a%23b", "unknown://a%20b/"]) {
  test(`the URL ${url}, with escapes that are not in a domain, can be parsed`, (t) => {
    const source = t.eventSource(url);
    source.close();
    assert.equal(source.url, url);
  });
}

for (const url of [
  "about:blank",
  "javascript:void 0",
  "ftp://127.0.0.1/",
  "ws://127.0.0.1/",
  "file:///",
  "mailto:a@b",
  "unknown:scheme",
]) {
  test(`the URL ${url} can be parsed, and fails the connection`, async (t) => {
    const source = t.eventSource(url);
    assert.deepEqual([source.url, source.readyState], [url, 0]);
    const events = t.record(source, "open", "message", "error");
    const { type, readyState } = await events.next();
    assert.deepEqual([type, readyState], ["error", 2]);
    assert.deepEqual(events.types, ["error"]);
  });
}

test("a URL with a password either works or fails for good", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const url = stream.url.replace("://", "://user:pass@");
  const source = t.eventSource(url);
  assert.equal(source.url, url);
  // Chromium requests no such URL, nor does fetch; Firefox and WebKitGTK do.
  const { type, readyState } = await t.record(source, "message", "error").next();
  assert.include(["message 1", "error 2"], `${type} ${readyState}`);
});

const REFUSES_DATA = {
  firefox: "an event stream is not read from a data: URL",
  webkit: "an event stream is not read from a data: URL",
};

test("a data: URL of an event stream is one, of no origin", { native: REFUSES_DATA }, async (t) => {
  const source = t.eventSource("data:text/event-stream,data:x%0A%0A");
  const { type, event } = await t.record(source, "message", "error").next();
  assert.deepEqual([type, event.data, event.origin], ["message", "x", "null"]);
});

test("a data: URL of another type fails the connection", async (t) => {
  const { type, readyState } = await t.record(t.eventSource("data:,data:x%0A%0A"), "open", "error").next();
  assert.deepEqual([type, readyState], ["error", 2]);
});

const BLOB = {
  firefox: "an event stream is not read from a blob: URL",
  webkit: "the origin is that of no scheme but blob:",
};
const NO_BLOB = {
  "node": "Node's blob: URLs have no origin",
  "service-worker": "there are no blob: URLs to be made there",
};

test("a blob: URL of an event stream is one, of its maker's origin", { native: BLOB, skip: NO_BLOB }, async (t) => {
  const url = URL.createObjectURL(new Blob(["data: x\n\n"], { type: "text/event-stream" }));
  const source = t.eventSource(url);
  const { type, event } = await t.record(source, "message", "error").next();
  source.close();
  URL.revokeObjectURL(url);
  assert.deepEqual([type, event.data, event.origin], ["message", "x", t.origin]);
});
