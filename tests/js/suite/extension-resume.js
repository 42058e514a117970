import { assert } from "chai";
import { FakeFetch } from "../../support/fake_fetch.js";
import { outcomeOf } from "../harness/outcome-of.js";
import { section } from "../harness/registry.js";
import { CUT, END } from "../harness/steps.js";

const extension = section("Extension", "going on with another request");

const NO_MODULE = "the classic script has no exports";
const WORKERS = { "dedicated-worker": NO_MODULE, "shared-worker": NO_MODULE, "service-worker": NO_MODULE };

/** `{ workers: true }`, where no module is needed. */
function test(sentence, ...rest) {
  const body = rest.pop();
  const { workers = false, alone = false } = rest[0] ?? {};
  extension(sentence, { alone, skip: { native: "no browser has it", ...(workers ? {} : WORKERS) } }, body);
}

const POST = { method: "POST", body: "question", headers: { "Content-Type": "text/plain", "X-Key": "k" } };
const isDone = ({ data }) => data === "[DONE]";
const seen = ({ method, body, header }) => [method, body, header("last-event-id") ?? "", header("x-key"), header("content-type") ?? null];

test("a POST is answered, breaks off, and goes on with a GET elsewhere, with the last event ID and the same headers", async (t) => {
  const question = await t.stream(["retry: 1\nid: 1\ndata: a\n\nid: 2\ndata: b\n\n", END]);
  const answer = await t.stream(["id: 3\ndata: c\n\n", END], ["id: 4\ndata: [DONE]\n\n"]);
  const told = [];
  const resume = (lost) => {
    told.push([lost.reason, lost.lastEventId]);
    return { url: answer.url };
  };
  const events = t.iterate(question.url, { ...POST, until: isDone, resume });
  assert.deepEqual(await outcomeOf(events), { seen: ["a", "b", "c", "[DONE]"] });
  assert.deepEqual(told, [["truncated", "2"], ["truncated", "3"]]);
  assert.deepEqual((await question.requests({ count: 1 })).map(seen), [["POST", "question", "", "k", "text/plain"]]);
  assert.deepEqual((await answer.requests({ count: 2 })).map(seen), [["GET", "", "2", "k", null], ["GET", "", "3", "k", null]]);
});

test("false ends the loop at once, with the reason of the loss", async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n", END]);
  const init = { ...POST, resume: async () => false, reconnect: { initialDelay: 3_600_000 } };
  assert.deepEqual(await outcomeOf(t.iterate(stream.url, init)), { seen: ["a"] });
  const { error } = await outcomeOf(t.iterate(stream.url, { ...init, until: isDone }));
  assert.equal(error.reason, "truncated");
  assert.isTrue(await stream.countStaysAt(2, 100));
});

test("a source whose resume says no is CLOSED, and its only error is the loss", { workers: true }, async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n", END]);
  const source = t.eventSource(stream.url, { ...POST, resume: () => undefined });
  const events = t.record(source, "open", "message", "error");
  await events.take(3);
  const { reason, reconnectsIn } = events.all[2].event;
  assert.deepEqual([events.types, reason, reconnectsIn], [["open", "message", "error"], "ended", undefined]);
  assert.deepEqual([source.readyState, source.lastEventId], [2, "1"]);
});

test("a source goes on with what resume answers, and its error says when", { workers: true }, async (t) => {
  const stream = await t.stream(["retry: 5\nid: 1\ndata: a\n\n", END], ["data: b\n\n"]);
  const source = t.eventSource(stream.url, { ...POST, resume: () => ({ method: "POST", body: "more", headers: { "X-Key": "l", "Content-Type": "text/other" } }) });
  const events = t.record(source, "message", "error");
  await events.take(3);
  assert.deepEqual(events.types, ["message", "error", "message"]);
  assert.equal(events.all[1].event.reconnectsIn, 5);
  assert.deepEqual((await stream.requests({ count: 2 })).map(seen), [
    ["POST", "question", "", "k", "text/plain"],
    ["POST", "more", "1", "l", "text/other"],
  ]);
});

test("true sends the last request once more", { workers: true }, async (t) => {
  const stream = await t.stream(["retry: 1\ndata: a\n\n", END], ["data: b\n\n"]);
  const source = t.eventSource(stream.url, { ...POST, resume: () => true });
  await t.collect(source, ["message"], 2);
  const [first, second] = (await stream.requests({ count: 2 })).map(seen);
  assert.deepEqual(second, first);
});

test("without resume and reconnect, what is not a GET is sent once, also with an ID", { workers: true }, async (t) => {
  for (const end of [END, CUT]) {
    const stream = await t.stream(["retry: 1\nid: 1\ndata: a\n\n", end]);
    const source = t.eventSource(stream.url, POST);
    await t.next(source, "error");
    assert.equal(source.readyState, 2);
    assert.isTrue(await stream.countStaysAt(1, 100));
  }
});

test("reconnect() asks for the next request, too, and without one the source is aborted", { workers: true }, async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"], ["id: 2\ndata: b\n\n"]);
  const told = [];
  const answers = [{}, false];
  const resume = ({ reason, lastEventId }) => (told.push([reason, lastEventId]), answers.shift());
  const source = t.eventSource(stream.url, { ...POST, resume });
  const events = t.record(source, "message", "error");
  await events.take(1);
  source.reconnect();
  await events.take(1);
  source.reconnect();
  await events.take(1);
  assert.deepEqual(events.types, ["message", "message", "error"]);
  assert.deepEqual([events.all[2].event.reason, source.readyState], ["aborted", 2]);
  assert.deepEqual(told, [[undefined, "1"], [undefined, "2"]]);
  assert.deepEqual((await stream.requests({ count: 2 })).map(({ method }) => method), ["POST", "GET"]);
});

test("a refused request that retryIf wants once more is the same again, and resume is not asked", { workers: true }, async (t) => {
  const stream = await t.stream({ status: 503, steps: [END] }, ["data: a\n\n"]);
  const resume = () => assert.fail("nothing has begun");
  const source = t.eventSource(stream.url, { ...POST, resume, reconnect: { retryIf: () => ({ delay: 0 }) } });
  await t.next(source, "message");
  const [first, second] = (await stream.requests({ count: 2 })).map(seen);
  assert.deepEqual(second, first);
});

test("what resume throws is reported, and no request follows", { workers: true }, async (t) => {
  const fault = new Error("of resume");
  for (const resume of [() => { throw fault; }, () => Promise.reject(fault)]) {
    const stream = await t.stream(["retry: 1\ndata: a\n\n", END]);
    const reported = t.uncaught(fault);
    const source = t.eventSource(stream.url, { ...POST, resume });
    await t.next(source, "error");
    await reported;
    assert.equal(source.readyState, 2);
    assert.isTrue(await stream.countStaysAt(1, 100));
  }
});

test("close() while resume is asked is final, and its answer has no effect", { workers: true }, async (t) => {
  const stream = await t.stream(["retry: 1\ndata: a\n\n", END]);
  let answer;
  const asked = new Promise((resolve) => {
    const resume = () => new Promise((answered) => (answer = answered, resolve()));
    t.eventSource(stream.url, { ...POST, resume }).addEventListener("message", ({ target }) => (asked.source = target));
  });
  await asked;
  asked.source.close();
  answer({});
  assert.isTrue(await stream.countStaysAt(1, 100));
  assert.equal(asked.source.readyState, 2);
});

test("leaving the loop while resume is asked ends it", async (t) => {
  const stream = await t.stream(["retry: 1\ndata: a\n\n", END]);
  let leave;
  const asked = new Promise((resolve) => (leave = resolve));
  const events = t.iterate(stream.url, { ...POST, resume: () => (leave(), new Promise(() => {})) });
  await events.next();
  const rest = events.next();
  await asked;
  await events.return();
  assert.deepEqual(await rest, { value: undefined, done: true });
});

test("a loop that resumes stops after maxAttempts", async (t) => {
  const stream = await t.stream(["retry: 1\ndata: a\n\n", END], { status: 503, steps: [END] });
  const reconnect = { maxAttempts: 2, statuses: [503] };
  const { seen, error } = await outcomeOf(t.iterate(stream.url, { ...POST, resume: () => ({}), reconnect }));
  assert.deepEqual([seen, error.reason, error.status], [["a"], "status", 503]);
});

test("resume must be a function, and a stream() without it does not reconnect", async (t) => {
  assert.throws(() => t.iterate("https://fake.test/", { resume: true }), TypeError, /: resume must be a function/);
  assert.throws(() => t.iterate("https://fake.test/", { reconnect: true }), TypeError, /: it does not reconnect without the option resume/);
  assert.throws(() => t.eventSource("https://fake.test/", { resume: {} }), TypeError, /: resume must be a function/);
});

/** Requests fail as if CORS hid their responses: a probe would be answered. */
const hidden = () => new FakeFetch(JSON.stringify([{ rejects: "hidden", answersProbe: true }]));

/** The requests, and how often each was probed for. */
const sent = (network) => JSON.parse(network.requests()).map(({ method, probes }) => [method, probes]);

test("a POST that gets no response is not probed for and sent again: resume decides", { workers: true, alone: true }, async (t) => {
  const network = hidden();
  try {
    const told = [];
    const resume = ({ reason }) => (told.push(reason), false);
    const source = t.eventSource("https://fake.test/", { ...POST, headers: undefined, resume });
    const { reason } = await t.next(source, "error");
    assert.deepEqual([reason, source.readyState, told], ["network", 2, ["network"]]);
    assert.deepEqual(sent(network), [["POST", 0]]);
  } finally {
    network.uninstall();
  }
});

test("an answer of resume that comes too late changes nothing", { workers: true }, async (t) => {
  const first = await t.stream(["retry: 1\nid: 1\ndata: a\n\n", END]);
  const second = await t.stream({ status: 503, steps: [END] }, ["data: b\n\n"]);
  const answers = [];
  let asked;
  const askedOnce = new Promise((resolve) => (asked = resolve));
  const resume = () => {
    if (answers.length > 0) {
      return { url: second.url };
    }
    return new Promise((answer) => (answers.push(answer), asked()));
  };
  const init = { ...POST, resume, reconnect: { retryIf: async () => (answers[0](true), await undefined, { delay: 1 }) } };
  const source = t.eventSource(first.url, init);
  await askedOnce;
  source.reconnect();
  assert.equal((await t.next(source, "message")).data, "b");
  assert.deepEqual((await second.requests({ count: 2 })).map(({ method }) => method), ["GET", "GET"]);
  assert.isTrue(await first.countStaysAt(1, 50));
});

test("with reconnect: false, what is not a GET is sent once, and not probed for", { workers: true, alone: true }, async (t) => {
  const network = hidden();
  try {
    for (const reconnect of [false, { maxAttempts: 0 }]) {
      const source = t.eventSource("https://fake.test/", { method: "POST", body: "order", reconnect });
      await t.next(source, "error");
      assert.equal(source.readyState, 2);
    }
    assert.deepEqual(sent(network), [["POST", 0], ["POST", 0]]);
  } finally {
    network.uninstall();
  }
});

test("a header of resume does not go where a redirect led", { workers: true }, async (t) => {
  const node = await t.stream(["retry: 1\nid: 1\ndata: a\n\n", END]);
  const balancer = await t.stream({ status: 307, headers: [["Location", node.path]], steps: [END] }, ["data: b\n\n"]);
  const source = t.eventSource(balancer.url, { resume: () => ({ headers: { "X-Key": "secret" } }) });
  await t.collect(source, ["message"], 2);
  assert.deepEqual((await balancer.requests({ count: 2 })).map(({ header }) => header("x-key")), [undefined, "secret"]);
  assert.isTrue(await node.countStaysAt(1, 50));
});
