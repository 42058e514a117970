import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";
import { thrownBy } from "../harness/thrown.js";

const extension = section("Extension", "members for fetch, where an error was, disposal");

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

const URL_OF_NOBODY = "https://fake.test/";

/** What `fetch` is given of a source's options, without what it is always given. */
async function handedOn(begin, options) {
  let given;
  const fetch = async (_url, { headers: _headers, signal: _signal, ...init }) => {
    given = init;
    return new Response(null, { status: 204 });
  };
  await begin({ ...options, fetch });
  const { cache, credentials, method, body, ...rest } = given;
  assert.deepEqual([cache, credentials, method, body], ["no-store", "same-origin", "GET", undefined]);
  return rest;
}

const ofSource = (t) => async (init) => {
  await t.next(t.eventSource(URL_OF_NOBODY, init), "error");
};

test("members that this version does not know are handed on to fetch", { workers: true }, async (t) => {
  const dispatcher = { dispatch() {} };
  const shared = t.isShared ? {} : { dispatcher };
  const members = { targetAddressSpace: "local", referrer: "", duplex: "half", keepalive: false, integrity: "", later: 0, ...shared };
  assert.deepEqual(await handedOn(ofSource(t), members), members);
});

test("those that are undefined are not, and neither are the options of the source", { workers: true }, async (t) => {
  const options = {
    ...{ withCredentials: false, lastEventId: "1", maxEventSize: 10, idleTimeout: 1000, whenHidden: "keep", reconnect: true },
    ...{ onComment() {}, signal: new AbortController().signal, lastEventIdParameter: "id", retryIf: () => false, shared: false },
  };
  assert.deepEqual(await handedOn(ofSource(t), { ...options, later: undefined }), {});
});

test("stream() hands them on, too", { skip: WORKERS }, async (t) => {
  const begin = (init) => t.iterate(URL_OF_NOBODY, init).next();
  assert.deepEqual(await handedOn(begin, { targetAddressSpace: "local", later: 1 }), { targetAddressSpace: "local", later: 1 });
});

test("members that a stream cannot have are a TypeError that says why", (t) => {
  for (const [init, message] of [
    [{ cache: "reload" }, /: cache must be one of no-store, and is reload\.$/],
    [{ keepalive: true }, /: keepalive cannot be used: the connection would outlive its page\.$/],
    [{ integrity: "sha256-x" }, /: integrity cannot be used: it is checked at the end of a body/],
  ]) {
    const error = thrownBy(() => t.eventSource(URL_OF_NOBODY, init));
    assert.equal(error.name, "TypeError");
    assert.match(error.message, message);
  }
  t.eventSource(URL_OF_NOBODY, { cache: "no-store", fetch: () => new Promise(() => {}) });
});

test("retryIf can be an option of the source, but not twice", async (t) => {
  const retryIf = ({ status }) => status === 503;
  const stream = await t.stream({ status: 503, steps: [END] }, ["data: x\n\n"]);
  await t.next(t.eventSource(stream.url, { retryIf, reconnect: { initialDelay: 1 } }), "message");
  t.eventSource(URL_OF_NOBODY, { retryIf, reconnect: { retryIf }, fetch: () => new Promise(() => {}) });
  const error = thrownBy(() => t.eventSource(URL_OF_NOBODY, { retryIf, reconnect: { retryIf: () => false } }));
  assert.equal(error.name, "TypeError");
  assert.match(error.message, /: retryIf and reconnect\.retryIf are the same\. Give one function that decides\.$/);
  assert.match(thrownBy(() => t.eventSource(URL_OF_NOBODY, { retryIf: true })).message, /: retryIf must be a function\.$/);
});

test("retryIf and headers are told of the attempt that they are asked about", async (t) => {
  const statuses = [503, 401, 204];
  const attempts = [];
  const refused = [];
  const source = t.eventSource(URL_OF_NOBODY, {
    fetch: async () => new Response(null, { status: statuses.shift() }),
    headers: (attempt) => (attempts.push(attempt), {}),
    retryIf: ({ status, attempt }) => (refused.push([status, attempt]), status !== 204),
    reconnect: { initialDelay: 1, maxDelay: 1 },
  });
  await t.record(source, "error").take(3);
  assert.deepEqual(attempts, [{ lastEventId: "", refusedWith: undefined }, { lastEventId: "", refusedWith: 503 }, { lastEventId: "", refusedWith: 401 }]);
  assert.deepEqual(refused.map(([status]) => status), [503, 401, 204]);
  refused.forEach(([, attempt], index) => assert.strictEqual(attempt, attempts[index]));
});

const REDIRECT = (to) => `/redirect/302?to=${encodeURIComponent(to)}`;

test("an error has the URL of its response, and says whether there was a redirect", async (t) => {
  const refused = await t.stream({ status: 404, steps: [END] });
  const straight = await t.next(t.eventSource(refused.url), "error");
  assert.deepEqual([straight.url, straight.redirected], [refused.url, false]);
  const around = await t.next(t.eventSource(t.origin + REDIRECT(refused.path)), "error");
  assert.deepEqual([around.url, around.redirected], [refused.url, true]);
  const ends = await t.stream(["retry: 60000\n\n", END]);
  const ended = await t.next(t.eventSource(t.origin + REDIRECT(ends.path)), "error");
  assert.deepEqual([ended.reason, ended.url, ended.redirected], ["ended", ends.url, true]);
});

test("without a response an error has the URL of its request", { workers: true }, async (t) => {
  const fetch = () => Promise.reject(new TypeError("no network"));
  const source = t.eventSource(`${URL_OF_NOBODY}a?b`, { fetch, reconnect: false });
  const { url, redirected, cause } = await t.next(source, "error");
  assert.deepEqual([url, redirected, cause.message], [`${URL_OF_NOBODY}a?b`, undefined, "no network"]);
});

test("the error of a body that was there already has no URL", { workers: true, skip: { shared: "it has no connection" } }, async (t) => {
  const source = t.EventSource.fromReadableStream(new Response("data: x\n\n").body);
  const { url, redirected } = await t.next(source, "error");
  assert.deepEqual([url, redirected], [undefined, undefined]);
});

test("a StreamError has them, too", { skip: WORKERS }, async (t) => {
  const refused = await t.stream({ status: 404, steps: [END] });
  const thrownFor = (input, init) => t.iterate(input, init).next().catch((error) => error);
  for (const [url, redirected] of [[refused.url, false], [t.origin + REDIRECT(refused.path), true]]) {
    const error = await thrownFor(url);
    assert.deepEqual([error.name, error.url, error.redirected, error.cause], ["StreamError", refused.url, redirected, undefined]);
    const given = await thrownFor(await t.fetch(url));
    assert.deepEqual([given.status, given.url, given.redirected], [404, refused.url, redirected]);
  }
  const cause = new TypeError("no network");
  const lost = await thrownFor(URL_OF_NOBODY, { fetch: () => Promise.reject(cause) });
  assert.deepEqual([lost.reason, lost.url, lost.redirected, lost.cause], ["network", URL_OF_NOBODY, undefined, cause]);
});

test("Symbol.dispose closes a source", { workers: true }, async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url);
  if (Symbol.dispose === undefined) {
    assert.notProperty(t.EventSource.prototype, "undefined");
    return;
  }
  await t.next(source, "message");
  source[Symbol.dispose]();
  source[Symbol.dispose]();
  assert.equal(source.readyState, 2);
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  const { enumerable } = Object.getOwnPropertyDescriptor(t.EventSource.prototype, Symbol.dispose);
  assert.isFalse(enumerable);
});

test("Symbol.asyncDispose leaves a loop over a source", async (t) => {
  if (Symbol.asyncDispose === undefined) {
    return;
  }
  for (const [preventClose, readyState] of [[false, 2], [true, 1]]) {
    const stream = await t.stream(["data: x\n\n"]);
    const source = t.eventSource(stream.url);
    const events = source.events({ preventClose });
    assert.equal((await events.next()).value.data, "x");
    await events[Symbol.asyncDispose]();
    assert.deepEqual(await events.next(), { value: undefined, done: true });
    assert.equal(source.readyState, readyState);
  }
});

test("Symbol.asyncDispose ends a stream()", { skip: WORKERS }, async (t) => {
  if (Symbol.asyncDispose === undefined) {
    return;
  }
  const stream = await t.stream(["data: x\n\n"]);
  const events = t.iterate(stream.url);
  assert.equal((await events.next()).value.data, "x");
  await events[Symbol.asyncDispose]();
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
  assert.deepEqual(await events.next(), { value: undefined, done: true });
});
