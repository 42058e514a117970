import { assert } from "chai";
import { OwnFetch, tasks } from "../harness/own-fetch.js";
import { section } from "../harness/registry.js";
import { thrownBy } from "../harness/thrown.js";

const extension = section("Extension", "stream(): how it ends");

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

function test(sentence, body) {
  extension(sentence, { skip: { native: "no browser has it", ...WORKERS } }, body);
}

const DONE = { value: undefined, done: true };
const headers = { "Content-Type": "text/event-stream" };

/** A response whose body hangs after this text, and whether it was cancelled. */
function hanging(text = "") {
  const seen = { cancelled: 0 };
  const start = (controller) => text && controller.enqueue(new TextEncoder().encode(text));
  const body = new ReadableStream({ start, cancel: () => (seen.cancelled += 1) });
  return { response: new Response(body, { headers }), seen };
}

/** What `next()` of these events is rejected with. */
const rejection = (promise) => promise.then(({ value }) => assert.fail(`there is ${value?.data}`), (error) => error);

for (const [what, open] of [
  ["a request", (t) => {
    const network = new OwnFetch();
    const isOver = async () => {
      await tasks();
      return network.bodies.every(({ isAborted }) => isAborted);
    };
    return { events: t.iterate("https://fake.test/", { fetch: network.fetch }), isOver };
  }],
  ["a response", (t) => {
    const { response, seen } = hanging();
    const isOver = async () => {
      await tasks();
      return seen.cancelled === 1;
    };
    return { events: t.iterate(response), isOver };
  }],
]) {
  test(`return() ends several calls of next() that wait, and lets go of ${what}`, async (t) => {
    const { events, isOver } = open(t);
    const asked = [events.next(), events.next(), events.next()];
    await tasks();
    assert.deepEqual(await events.return("value"), { value: "value", done: true });
    assert.deepEqual(await Promise.all(asked), [DONE, DONE, DONE]);
    assert.deepEqual(await events.next(), DONE);
    assert.isTrue(await isOver());
  });

  test(`throw() ends calls of next() that wait, is rejected with its error, and lets go of ${what}`, async (t) => {
    const { events, isOver } = open(t);
    const asked = [events.next(), events.next()];
    await tasks();
    const error = new Error("given");
    assert.strictEqual(await rejection(events.throw(error)), error);
    assert.deepEqual(await Promise.all(asked), [DONE, DONE]);
    assert.isTrue(await isOver());
  });

  for (const method of ["return", "throw"]) {
    test(`${method}() before the first next() lets go of ${what}, which is not read any more`, async (t) => {
      const { events, isOver } = open(t);
      await events[method](new Error("given")).catch(() => {});
      assert.deepEqual(await events.next(), DONE);
      assert.isTrue(await isOver());
    });
  }

  test(`return() twice, and at once, lets go of ${what} once`, async (t) => {
    const { events, isOver } = open(t);
    const asked = events.next();
    const left = await Promise.all([events.return(1), events.return(2)]);
    assert.deepEqual(left, [{ value: 1, done: true }, { value: 2, done: true }]);
    assert.deepEqual([await asked, await events.return(3)], [DONE, { value: 3, done: true }]);
    assert.isTrue(await isOver());
  });
}

test("next() that waits is answered in order by events, and by the end", async (t) => {
  const network = new OwnFetch();
  const events = t.iterate("https://fake.test/", { fetch: network.fetch });
  const asked = [events.next(), events.next(), events.next(), events.next()];
  const body = await network.body(0);
  body.send("data: a\n\ndata: b\n\n");
  body.end();
  assert.deepEqual((await Promise.all(asked)).map(({ value }) => value?.data), ["a", "b", undefined, undefined]);
});

test("a response that cannot be read is a TypeError at once", (t) => {
  const locked = hanging().response;
  locked.body.getReader();
  for (const response of [locked, new Response(null, { headers })]) {
    assert.throws(() => t.iterate(response), TypeError, /has no body, or it is read already/);
  }
});

test("a response that is locked before it is read is a StreamError", async (t) => {
  const { response } = hanging("data: a\n\n");
  const events = t.iterate(response);
  response.body.getReader();
  const error = await rejection(events.next());
  assert.deepEqual([error.name, error.reason], ["StreamError", "unusable"]);
  assert.instanceOf(error.cause, TypeError);
});

test("a locked stream is a TypeError, and a loop that is left before it begins cancels one that is not", async (t) => {
  const { response, seen } = hanging();
  const loop = t.EventSource.fromReadableStream(response.body).events();
  assert.throws(() => t.EventSource.fromReadableStream(response.body), TypeError);
  assert.deepEqual(await loop.return(), DONE);
  await tasks();
  assert.equal(seen.cancelled, 1);
});

for (const [what, init, reason, cause] of [
  ["a fetch that rejects", { fetch: () => Promise.reject(new TypeError("refused")) }, "network", /refused/],
  ["a fetch that throws", { fetch: () => { throw new RangeError("refused"); } }, "network", /refused/],
  ["headers that fail", { headers: () => { throw new RangeError("no token"); } }, "unprepared", /no token/],
  ["headers that are rejected", { headers: async () => { throw new RangeError("no token"); } }, "unprepared", /no token/],
  ["a body that fails", { method: "POST", body: () => { throw new RangeError("no body"); } }, "unprepared", /no body/],
]) {
  for (const [face, iterate] of [
    ["stream()", (t) => t.iterate("https://fake.test/", init)],
    ["a loop over a source", (t) => t.eventSource("https://fake.test/", { ...init, reconnect: false })[Symbol.asyncIterator]()],
  ]) {
    test(`${what}: ${face} throws a StreamError that has its reason and its cause`, async (t) => {
      const error = await rejection(iterate(t).next());
      assert.deepEqual([error.name, error.reason], ["StreamError", reason]);
      assert.match(error.cause.message, cause);
      assert.match(error.message, cause);
    });
  }
}

test("a refused port is a StreamError that has a cause", async (t) => {
  const { origin } = await t.closedPort();
  const error = await rejection(t.iterate(origin).next());
  assert.deepEqual([error.name, error.reason], ["StreamError", "network"]);
  assert.instanceOf(error.cause, TypeError);
});

test("a refused response has no cause, whatever has failed before", async (t) => {
  let attempts = 0;
  const fetch = async () => {
    attempts += 1;
    if (attempts === 1) {
      throw new TypeError("lost");
    }
    return new Response("no", { status: 503 });
  };
  const source = t.eventSource("https://fake.test/", { fetch, reconnect: { initialDelay: 1 } });
  const error = await rejection(source.events().next());
  assert.deepEqual([error.reason, error.status, error.body, error.cause], ["status", 503, "no", undefined]);
});

test("the reason of a signal is thrown as it is, as fetch does", async (t) => {
  for (const reason of ["a text", new Error("enough"), undefined]) {
    const controller = new AbortController();
    const network = new OwnFetch();
    const events = t.iterate("https://fake.test/", { fetch: network.fetch, signal: controller.signal });
    const asked = rejection(events.next());
    controller.abort(reason);
    assert.strictEqual(await asked, controller.signal.reason);
  }
});

test("what onComment throws is reported, and the stream goes on", async (t) => {
  const error = new Error("thrown by onComment");
  const reported = t.uncaught(error);
  const onComment = () => {
    throw error;
  };
  const events = t.iterate(new Response(": a\n\ndata: a\n\n", { headers }), { onComment });
  assert.equal((await events.next()).value.data, "a");
  await reported;
  await events.return();
});

test("data that is no JSON does not end the stream", async (t) => {
  const events = t.iterate(new Response("data: {\n\ndata: 1\n\n", { headers }));
  const { value } = await events.next();
  assert.instanceOf(thrownBy(() => value.json()), SyntaxError);
  assert.equal((await events.next()).value.json(), 1);
  await events.return();
});
