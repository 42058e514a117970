import { assert } from "chai";
import { bearer } from "../../../pkg/dist/bearer.js";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";
import { thrownBy } from "../harness/thrown.js";
import { TokenServer } from "../harness/token-server.js";

const extension = section("Extension", "bearer(): a token that is refreshed");

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

const URL_OF_NOBODY = "https://fake.test/";

/** A promise, and what settles it. */
function pending() {
  const all = {};
  all.promise = new Promise((resolve, reject) => Object.assign(all, { resolve, reject }));
  return all;
}

/** What each kind of event came to, in order. */
const told = ({ all }) => all.map(({ event: { type, status, reconnectsIn } }) => (type === "error" ? [status, reconnectsIn] : type));

test("six sources with a token that has expired are open again after one refresh", { workers: true }, async (t) => {
  const server = new TokenServer("A");
  const refused = pending();
  // All are refused at once: who comes later waits for the refresh.
  const fetch = async (...request) => {
    const response = await server.fetch(...request);
    if (server.tokens.length === 12) {
      refused.resolve();
    }
    await (response.status === 401 && refused.promise);
    return response;
  };
  const refreshing = pending();
  const began = pending();
  let refreshes = 0;
  const refresh = () => {
    refreshes += 1;
    began.resolve();
    return refreshing.promise;
  };
  const auth = bearer({ token: "A", refresh });
  const sources = Array.from({ length: 6 }, () => t.eventSource(URL_OF_NOBODY, { ...auth, fetch }));
  const records = sources.map((source) => t.record(source, "open", "error"));
  await Promise.all(records.map((record) => record.take(1)));
  server.expire("B");
  await began.promise;
  refreshing.resolve("B");
  await Promise.all(records.map((record) => record.take(3)));
  assert.equal(refreshes, 1);
  assert.deepEqual(server.tokens, [...Array(12).fill("A"), ...Array(6).fill("B")]);
  for (const record of records) {
    assert.deepEqual(told(record), ["open", [undefined, 1], [401, 0], "open"]);
  }
});

test("a source that connects during a refresh waits for it", async (t) => {
  const server = new TokenServer("B");
  const refreshing = pending();
  const began = pending();
  const auth = bearer({ token: "A", refresh: () => (began.resolve(), refreshing.promise) });
  const first = t.record(t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch }), "open");
  await began.promise;
  const second = t.record(t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch }), "open", "error");
  await new Promise((resolve) => setTimeout(resolve, 20));
  refreshing.resolve("B");
  await Promise.all([first.take(), second.take()]);
  assert.deepEqual([second.types, server.tokens], [["open"], ["A", "B", "B"]]);
});

test("a source that was refused with an old token takes the one that another has refreshed", async (t) => {
  const server = new TokenServer("B");
  let refreshes = 0;
  const auth = bearer({ token: "A", refresh: async () => ((refreshes += 1), "B") });
  // The answer to the second request comes when the first source is open.
  const opened = pending();
  const late = async (...request) => {
    const response = await server.fetch(...request);
    await opened.promise;
    return response;
  };
  const second = t.eventSource(URL_OF_NOBODY, { ...auth, fetch: late });
  const events = t.record(second, "open", "error");
  while (server.tokens.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await t.next(t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch }), "open");
  opened.resolve();
  await events.take(2);
  assert.deepEqual(told(events), [[401, 0], "open"]);
  assert.deepEqual([refreshes, server.tokens], [1, ["A", "A", "B", "B"]]);
});

test("a 401 with the fresh token is final, and not a loop", { workers: true }, async (t) => {
  const server = new TokenServer("nobody has it");
  let refreshes = 0;
  const auth = bearer({ token: "A", refresh: () => `fresh ${(refreshes += 1)}` });
  const source = t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch });
  const errors = t.record(source, "error");
  await errors.take(2);
  assert.deepEqual(told(errors), [[401, 0], [401, undefined]]);
  assert.deepEqual([source.readyState, server.tokens], [2, ["A", "fresh 1"]]);
});

test("a token that was good for a while is refreshed again", async (t) => {
  const server = new TokenServer("B");
  const tokens = ["B", "C", "D"];
  const auth = bearer({ token: async () => "A", refresh: async () => tokens.shift() });
  const source = t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch });
  const opens = t.record(source, "open");
  await opens.take(1);
  for (const valid of ["C", "D"]) {
    server.expire(valid);
    await opens.take(1);
  }
  assert.deepEqual(server.tokens, ["A", "B", "B", "C", "C", "D"]);
});

test("when the refresh fails the source is CLOSED, and the error has it as its cause", { workers: true }, async (t) => {
  const server = new TokenServer("B");
  const reason = new Error("log in again");
  let refreshes = 0;
  const refresh = () => {
    refreshes += 1;
    throw reason;
  };
  const auth = bearer({ token: "A", refresh });
  for (const count of [1, 2]) {
    const source = t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch });
    const { status, cause, reconnectsIn } = await t.next(source, "error");
    assert.deepEqual([status, cause, reconnectsIn, source.readyState], [401, reason, undefined, 2]);
    assert.equal(refreshes, count, "each new refusal is a new reason to ask");
  }
});

test("another refusal than a 401 is final, and asks for no refresh", async (t) => {
  const auth = bearer({ token: "A", refresh: () => assert.fail("nobody asked") });
  for (const status of [403, 204, 500]) {
    const fetch = async () => new Response(null, { status });
    const error = await t.next(t.eventSource(URL_OF_NOBODY, { ...auth, fetch }), "error");
    assert.deepEqual([error.status, error.reconnectsIn, error.cause], [status, undefined, undefined]);
  }
});

test("without a token there is a refresh first, for all who connect", async (t) => {
  for (const token of [undefined, null, () => null]) {
    const server = new TokenServer("B");
    let refreshes = 0;
    const auth = bearer({ token, refresh: async () => ((refreshes += 1), "B") });
    const sources = [1, 2, 3].map(() => t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch }));
    await Promise.all(sources.map((source) => t.next(source, "open")));
    assert.deepEqual([refreshes, server.tokens], [1, ["B", "B", "B"]]);
  }
});

test("a token that the application has replaced itself is sent, and asks for no refresh", async (t) => {
  const server = new TokenServer("A");
  let token = "A";
  const auth = bearer({ token: () => token, refresh: () => assert.fail("nobody asked") });
  const source = t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch });
  const opens = t.record(source, "open");
  await opens.take(1);
  token = "B";
  server.expire("B");
  await opens.take(1);
  assert.deepEqual(server.tokens, ["A", "B"]);
});

test("its functions can be part of others", async (t) => {
  const server = new TokenServer("B");
  const auth = bearer({ token: "A", refresh: async () => "B" });
  const sent = [];
  const source = t.eventSource(URL_OF_NOBODY, {
    headers: async (attempt) => ({ ...(await auth.headers(attempt)), "X-Key": "a" }),
    retryIf: async (refusal) => (await auth.retryIf(refusal)) || refusal.status === 503,
    fetch: (url, init) => (sent.push(init.headers["X-Key"]), server.fetch(url, init)),
  });
  await t.next(source, "open");
  assert.deepEqual([sent, server.tokens], [["a", "a"], ["A", "B"]]);
  // Whoever forgets the argument is told.
  const forgetful = t.eventSource(URL_OF_NOBODY, { headers: () => auth.headers(), fetch: server.fetch, reconnect: false });
  const { reason, message } = await t.next(forgetful, "error");
  assert.equal(reason, "unprepared");
  assert.match(message, /bearer: pass on the argument/);
});

test("stream() sends its request again once, also a POST", { skip: WORKERS }, async (t) => {
  const ended = ["data: x\n\n", END];
  for (const init of [{}, { method: "POST", body: "b" }]) {
    const stream = await t.stream({ status: 401, steps: [END] }, { steps: ended });
    const auth = bearer({ token: "A", refresh: async () => "B" });
    const data = [];
    for await (const event of t.iterate(stream.url, { ...auth, ...init })) {
      data.push(event.data);
    }
    const requests = await stream.requests({ count: 2 });
    assert.deepEqual(data, ["x"]);
    assert.deepEqual(
      requests.map((request) => [request.header("authorization"), request.body]),
      ["Bearer A", "Bearer B"].map((token) => [token, init.body ?? ""]),
    );
  }
});

test("stream() throws the second 401, and the failure of a refresh as the cause of the first", { skip: WORKERS }, async (t) => {
  const server = new TokenServer("C");
  const reason = new Error("log in again");
  for (const [refresh, cause, tokens] of [
    [async () => "B", undefined, ["A", "B"]],
    [() => Promise.reject(reason), reason, ["A"]],
  ]) {
    server.tokens = [];
    const auth = bearer({ token: "A", refresh });
    const error = await t.iterate(URL_OF_NOBODY, { ...auth, fetch: server.fetch }).next().catch((thrown) => thrown);
    assert.deepEqual([error.name, error.status, error.body, error.cause], ["StreamError", 401, "expired", cause]);
    assert.deepEqual(server.tokens, tokens);
  }
});

test("sources that share their connection need a key, and refresh once", { skip: { shared: "it is about sharing itself" } }, async (t) => {
  const server = new TokenServer("A");
  let refreshes = 0;
  const auth = bearer({ token: "A", refresh: async () => ((refreshes += 1), "B") });
  const init = { ...auth, fetch: server.fetch };
  assert.match(thrownBy(() => t.sharedSource(URL_OF_NOBODY, true, init)).message, /Give shared a key/);
  const sources = [1, 2, 3].map(() => t.sharedSource(URL_OF_NOBODY, { key: t.unique }, init));
  const opens = sources.map((source) => t.record(source, "open"));
  await Promise.all(opens.map((record) => record.take(1)));
  server.expire("B");
  await Promise.all(opens.map((record) => record.take(1)));
  assert.deepEqual([refreshes, server.tokens], [1, ["A", "A", "B"]]);
});

test("bearer() says what it needs", () => {
  const refresh = async () => "B";
  for (const [options, message] of [
    [undefined, "bearer: it needs an object such as { token, refresh }."],
    ["A", "bearer: it needs an object such as { token, refresh }."],
    [{ token: "A" }, "bearer: refresh must be a function that resolves with a new token."],
    [{ token: "A", refresh: "B" }, "bearer: refresh must be a function."],
    [{ token: "", refresh }, "bearer: token must give a string that is not empty."],
    [{ token: 7, refresh }, "bearer: token must give a string that is not empty."],
  ]) {
    const error = thrownBy(() => bearer(options));
    assert.deepEqual([error.name, error.message], ["TypeError", message]);
  }
});

test("a refresh that gives no token is a failed one", async (t) => {
  const server = new TokenServer("B");
  for (const bad of [undefined, null, "", { token: "B" }]) {
    const auth = bearer({ token: "A", refresh: async () => bad });
    const { cause } = await t.next(t.eventSource(URL_OF_NOBODY, { ...auth, fetch: server.fetch }), "error");
    assert.deepEqual([cause.name, cause.message], ["TypeError", "bearer: refresh must give a string that is not empty."]);
  }
});
