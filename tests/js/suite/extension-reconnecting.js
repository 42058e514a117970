import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, CUT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "reconnecting: reconnect, lastEventId, maxEventSize");

function test(sentence, ...rest) {
  const body = rest.pop();
  extension(sentence, { ...rest[0], skip: { native: "no browser has it" } }, body);
}

/** The number of errors until the source fails for good. */
async function errorsUntilClosed(t, source) {
  const errors = t.record(source, "error");
  do {
    await errors.next();
  } while (source.readyState !== 2);
  return errors.all.length;
}

const refused = (status, ...headers) => ({ status, headers: [["Content-Type", "text/plain"], ...headers], steps: [END] });

test("reconnect: false closes the source at the first loss", async (t) => {
  for (const last of [END, CUT]) {
    const stream = await t.stream(["retry: 1\ndata: 1\n\n", waitFor("seen"), last]);
    const source = t.eventSource(stream.url, { reconnect: false });
    source.onmessage = () => stream.signal("seen");
    assert.equal(await errorsUntilClosed(t, source), 1);
    assert.isTrue(await stream.countStaysAt(1, 300));
  }
});

test("maxAttempts bounds the attempts that fail in a row", async (t) => {
  const empty = [COMMENT, END];
  const stream = await t.stream(["data: 1\n\n", END], empty, ["data: 2\n\n", END], empty, empty, ["data: 3\n\n"]);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, maxAttempts: 2 } });
  const messages = t.record(source, "message");
  await errorsUntilClosed(t, source);
  assert.deepEqual(
    messages.all.map(({ event }) => event.data),
    ["1", "2"],
  );
});

test("initialDelay is the reconnection time until the server sets one", async (t) => {
  const stream = await t.stream([COMMENT, END], ["retry: 2\n\n", "data: x\n\n"]);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1 } });
  assert.equal(source.reconnectionTime, 1);
  await t.next(source, "message");
  assert.equal(source.reconnectionTime, 2);
});

test("a status of the list is tried again, and any other is final", async (t) => {
  const stream = await t.stream(refused(503), refused(429), ["data: x\n\n", END], refused(500));
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, statuses: [429, 503] } });
  const events = t.record(source, "open", "message", "error");
  await errorsUntilClosed(t, source);
  assert.deepEqual(events.types, ["error", "error", "open", "message", "error", "error"]);
  assert.equal((await stream.requests({ count: 4 })).length, 4);
});

test("Retry-After is waited for", async (t) => {
  const stream = await t.stream(refused(503, ["Retry-After", "1"]), ["data: x\n\n"]);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, statuses: [503] } });
  const error = await t.next(source, "error");
  const message = await t.next(source, "message");
  assert.isAtLeast(message.timeStamp - error.timeStamp, 990);
});

test("retry: 0 is no busy loop", async (t) => {
  const stream = await t.stream(["retry: 0\n\n", END]);
  const source = t.eventSource(stream.url);
  const errors = t.record(source, "error");
  const begun = performance.now();
  await errors.take(8);
  assert.isAtLeast(performance.now() - begun, 350);
});

test("lastEventId is sent with the first request, and is the last event ID", async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const source = t.eventSource(stream.url, { lastEventId: "41 a" });
  assert.equal(source.lastEventId, "41 a");
  assert.equal((await t.next(source, "message")).lastEventId, "41 a");
  assert.deepEqual(await stream.lastEventIds(1), ["41 a"]);
});

test("maxEventSize bounds what is held for one event", async (t) => {
  const stream = await t.stream(["data: 1\n\n", `data: ${"x".repeat(100)}\n\n`]);
  const source = t.eventSource(stream.url, { maxEventSize: 50 });
  const messages = t.record(source, "message");
  assert.equal(await errorsUntilClosed(t, source), 1);
  assert.deepEqual(messages.types, ["message"]);
});

test("a bad value is a TypeError of the constructor that says what to do", async (t) => {
  for (const [init, message] of [
    [{ reconnect: null }, /reconnect must be false or an object/],
    [{ reconnect: 3 }, /reconnect must be false or an object/],
    [{ reconnect: { initialDelay: -1 } }, /initialDelay must be an integer of milliseconds from 0/],
    [{ reconnect: { initialDelay: 2 ** 31 } }, /initialDelay must be .* to 2147483647, and is 2147483648/],
    [{ reconnect: { maxDelay: "5s" } }, /maxDelay must be an integer of milliseconds .* is a string/],
    [{ reconnect: { maxAttempts: 1.5 } }, /maxAttempts must be an integer/],
    [{ reconnect: { maxAttempts: NaN } }, /maxAttempts must be an integer/],
    [{ reconnect: { statuses: 503 } }, /statuses must be a list/],
    [{ reconnect: { statuses: [503, 42] } }, /status of reconnect.statuses must be an integer from 100 to 599/],
    [{ lastEventId: "a\nb" }, /lastEventId must not contain/],
    [{ maxEventSize: 0 }, /maxEventSize must be an integer from 1/],
  ]) {
    assert.throws(() => t.eventSource("data:,", init), TypeError, message);
  }
  for (const init of [{ reconnect: true }, { reconnect: undefined }, { reconnect: { maxAttempts: Infinity } }]) {
    t.eventSource("data:text/event-stream,", init);
  }
});
