import { assert } from "chai";
import { section } from "../harness/registry.js";
import { CUT, END } from "../harness/steps.js";

const extension = section("Extension", "options that cannot be used");

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {} } = rest[0] ?? {};
  extension(sentence, { skip: { native: "no browser has it", ...skip } }, body);
}

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

/** Each option with values that it cannot have, and what is said of them. */
const BAD = [
  [{ headers: "X-Key: a" }, /: headers must be an object/],
  [{ headers: 1 }, /: headers must be an object/],
  [{ headers: { "a b": "secret" } }, /: headers has a name or a value that cannot be sent/],
  [{ headers: { a: "secret\nsecret" } }, /: headers has a name or a value that cannot be sent/],
  [{ headers: [["a"]] }, /: headers has a name or a value/],
  [{ headers: { "Last-Event-ID": "1" } }, /: headers: Last-Event-ID is set by the source.*option lastEventId/],
  [{ method: "HEAD" }, /: method: the response to HEAD has no body/],
  [{ method: "a b" }, /: method cannot be sent: /],
  [{ method: "" }, /: method cannot be sent: /],
  [{ method: "CONNECT" }, /: method cannot be sent: /],
  [{ method: Symbol("GET") }, /: method cannot be sent: /],
  [{ body: "x" }, /: body: a GET request has none. Set method: "POST"/],
  [{ body: "x", method: "get" }, /: body: a GET request has none/],
  [{ method: "POST", body: new ReadableStream() }, /: body is a stream.* Give a function that makes one/],
  [{ fetch: "fetch" }, /: fetch must be a function/],
  [{ signal: {} }, /: signal must be an AbortSignal/],
  [{ lastEventId: "a\nb" }, /: lastEventId must not contain/],
  [{ lastEventId: "a\rb" }, /: lastEventId must not contain/],
  [{ lastEventId: "a\0b" }, /: lastEventId must not contain/],
  [{ lastEventId: Symbol("1") }, /: lastEventId must be a string/],
  [{ lastEventIdParameter: "" }, /: lastEventIdParameter must be the name of a parameter/],
  [{ lastEventIdParameter: true }, /: lastEventIdParameter must be the name of a parameter/],
  [{ maxEventSize: 0 }, /: maxEventSize must be an integer from 1/],
  [{ maxEventSize: "1MB" }, /: maxEventSize must be an integer .* is a string/],
  [{ maxEventSize: 2 ** 32 }, /: maxEventSize must be an integer/],
  [{ mode: "no-cors" }, /: mode must be one of cors, same-origin, and is no-cors/],
  [{ mode: "navigate" }, /: mode must be one of/],
  [{ credentials: true }, /: credentials must be one of omit, same-origin, include/],
  [{ redirect: "manual" }, /: redirect must be one of follow, error/],
  [{ referrerPolicy: "never" }, /: referrerPolicy must be one of/],
  [{ priority: "urgent" }, /: priority must be one of auto, high, low/],
  [{ priority: Symbol("high") }, /: priority must be one of/],
];

/** Those that a stream() has none of. */
const BAD_RECONNECT = [
  [3, /: reconnect must be false or an object/],
  [{ initialDelay: -1 }, /: reconnect.initialDelay must be an integer of milliseconds from 0/],
  [{ initialDelay: 2 ** 31 }, /: reconnect.initialDelay must be .* to 2147483647, and is 2147483648/],
  [{ maxDelay: "5s" }, /: reconnect.maxDelay must be an integer of milliseconds .* is a string/],
  [{ maxAttempts: 1.5 }, /: reconnect.maxAttempts must be an integer/],
  [{ maxAttempts: NaN }, /: reconnect.maxAttempts must be an integer/],
  [{ statuses: 503 }, /: reconnect.statuses must be a list/],
  [{ statuses: "503" }, /: reconnect.statuses must be a list/],
  [{ statuses: [503, 42] }, /: a status of reconnect.statuses must be an integer from 100 to 599/],
  [{ retryIf: true }, /: reconnect.retryIf must be a function/],
];

test("a bad value is a TypeError of the constructor that names the option, and no request is sent", async (t) => {
  const stream = await t.stream([CUT]);
  const reconnect = BAD_RECONNECT.map(([value, message]) => [{ reconnect: value }, message]);
  for (const [init, message] of [...BAD, ...reconnect]) {
    assert.throws(() => t.eventSource(stream.url, init), TypeError, message);
    assert.throws(() => t.eventSource(stream.url, init), /^Failed to construct 'EventSource': /);
  }
  assert.throws(() => t.eventSource(stream.url, 1), TypeError, /'EventSourceInit'/);
  assert.isTrue(await stream.countStaysAt(0, 100));
});

test("what is said of a header has no value in it, which may be a secret", async (t) => {
  for (const headers of [{ "a b": "secret" }, { a: "secret\nsecret" }, { "Last-Event-ID": "secret" }]) {
    try {
      t.eventSource("data:,", { headers });
      assert.fail("it does not throw");
    } catch (error) {
      assert.instanceOf(error, TypeError);
      assert.notInclude(error.message, "secret");
    }
  }
});

test("what may be left out may be undefined, and bounds may be Infinity", async (t) => {
  const names = BAD.flatMap(([init]) => Object.keys(init));
  const nothing = Object.fromEntries(names.map((name) => [name, undefined]));
  const reconnect = { initialDelay: undefined, maxAttempts: Infinity, statuses: undefined, retryIf: undefined };
  const stream = await t.stream(["data: x\n\n"]);
  for (const init of [nothing, { ...nothing, reconnect }, { reconnect: true }, { reconnect: undefined }, null]) {
    const source = t.eventSource(stream.url, init);
    await t.next(source, "message");
    // There are six connections for all cases.
    source.close();
  }
});

test("where an object or a function may be given, null is none", async (t) => {
  const nothing = { signal: null, headers: null, body: null, fetch: null, onComment: null };
  const stream = await t.stream(["data: x\n\n"]);
  for (const init of [nothing, { reconnect: null }, { reconnect: { statuses: null, retryIf: null } }]) {
    const source = t.eventSource(stream.url, init);
    const unsubscribe = source.subscribe(() => {}, { signal: null });
    await t.next(source, "message");
    unsubscribe();
    await source.events(null).return();
    assert.equal(source.readyState, 2);
  }
  const post = t.eventSource(stream.url, { method: "POST", reconnect: null });
  await t.next(post, "message");
});

test("null is none for stream(), too", { skip: WORKERS }, async (t) => {
  const stream = await t.stream(["data: x\n\n", END]);
  for (const init of [null, { signal: null, headers: null, body: null, fetch: null, onComment: null, reconnect: null }]) {
    const { value } = await t.iterate(stream.url, init).next();
    assert.equal(value.data, "x");
  }
});

test("a bad value is a TypeError of stream() at once, too", { skip: WORKERS }, async (t) => {
  for (const [init, message] of [...BAD, [{ reconnect: true }, /: it does not reconnect/]]) {
    assert.throws(() => t.iterate("data:,", init), TypeError, message);
    assert.throws(() => t.iterate("data:,", init), /^Failed to execute 'stream': /);
  }
});
