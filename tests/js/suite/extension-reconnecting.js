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

test("a reconnection time that the server has not set is spread over as much again, and one that it has is not", async (t) => {
  const init = { reconnect: { initialDelay: 3_600_000, maxDelay: 7_200_000 } };
  const bare = await t.stream([COMMENT, END]);
  const delays = [];
  for (let count = 0; count < 8; count += 1) {
    const source = t.eventSource(bare.url, init);
    const { reconnectsIn } = await t.next(source, "error");
    assert.equal(source.reconnectionTime, 3_600_000);
    assert.isAtLeast(reconnectsIn, 3_600_000);
    assert.isAtMost(reconnectsIn, 7_200_000);
    delays.push(reconnectsIn);
    source.close();
  }
  assert.equal(new Set(delays).size, 8);
  const timed = await t.stream(["retry: 3600000\n\n", END]);
  assert.equal((await t.next(t.eventSource(timed.url, init), "error")).reconnectsIn, 3_600_000);
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

test("where a redirect led to a refusal is no place to go back to", async (t) => {
  const node = await t.stream(refused(503));
  const balancer = await t.stream({ status: 307, headers: [["Location", node.path]], steps: [END] }, ["data: x\n\n"]);
  const source = t.eventSource(balancer.url, { reconnect: { initialDelay: 1, statuses: [503] } });
  assert.equal((await t.next(source, "message")).data, "x");
  assert.isTrue(await node.countStaysAt(1, 100));
});

test("retryIf decides on a refused response by its status, headers and body", async (t) => {
  const stream = await t.stream(
    { ...refused(409, ["X-Kind", "a"]), steps: ["busy", END] },
    ["retry: 1\ndata: x\n\n", END],
    { ...refused(409, ["X-Kind", "b"]), steps: ["gone", END] },
  );
  const asked = [];
  const retryIf = ({ status, headers, body }) => {
    asked.push([status, headers.get("x-kind"), body]);
    return body === "busy";
  };
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, retryIf } });
  const events = t.record(source, "open", "message", "error");
  await errorsUntilClosed(t, source);
  assert.deepEqual(events.types, ["error", "open", "message", "error", "error"]);
  assert.deepEqual(asked, [
    [409, "a", "busy"],
    [409, "b", "gone"],
  ]);
  assert.equal(events.all[0].event.body, "busy");
  assert.isTrue(await stream.countStaysAt(3, 200));
});

test("retryIf may take its time, and is waited for", async (t) => {
  const stream = await t.stream(refused(500), ["data: x\n\n"]);
  let ask;
  const asked = new Promise((resolve) => (ask = resolve));
  const retryIf = () => new Promise((resolve) => ask({ decide: resolve }));
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, retryIf } });
  const events = t.record(source, "error", "message");
  const { decide } = await asked;
  assert.isTrue(await stream.countStaysAt(1, 200));
  assert.deepEqual([events.types, source.readyState], [[], 0]);
  decide(true);
  await events.take(2);
  assert.deepEqual(events.types, ["error", "message"]);
});

test("retryIf is asked of any refusal, 204 and a wrong type too, but not of a status that is in the list", async (t) => {
  const stream = await t.stream(refused(503), { status: 204, headers: [] }, refused(200), refused(404), ["data: x\n\n"]);
  const asked = [];
  const retryIf = ({ status }) => asked.push(status);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, statuses: [503], retryIf } });
  await t.next(source, "message");
  assert.deepEqual(asked, [204, 200, 404]);
});

test("with true Retry-After is waited for, whatever the status", async (t) => {
  const stream = await t.stream(refused(404, ["Retry-After", "1"]), ["data: x\n\n"]);
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, retryIf: () => true } });
  const error = await t.next(source, "error");
  assert.isAtLeast(error.reconnectsIn, 1000);
  const message = await t.next(source, "message");
  assert.isAtLeast(message.timeStamp - error.timeStamp, 990);
});

test("maxAttempts bounds what retryIf wants", async (t) => {
  const stream = await t.stream(refused(500));
  const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, maxAttempts: 2, retryIf: () => true } });
  assert.equal(await errorsUntilClosed(t, source), 3);
  assert.isTrue(await stream.countStaysAt(3, 200));
});

test("when retryIf fails the refusal is final, and its error has what was thrown as its cause", async (t) => {
  for (const fail of [
    (error) => {
      throw error;
    },
    (error) => Promise.reject(error),
  ]) {
    const stream = await t.stream(refused(500));
    const error = new Error("of retryIf");
    const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, retryIf: () => fail(error) } });
    const { status, cause } = await t.next(source, "error");
    assert.deepEqual([status, cause, source.readyState], [500, error, 2]);
    assert.isTrue(await stream.countStaysAt(1, 200));
  }
});

test("close() in retryIf, or while its answer is awaited, is final", async (t) => {
  for (const later of [false, true]) {
    const stream = await t.stream({ ...refused(500), steps: ["x"] });
    await new Promise((resolve) => {
      let events;
      const retryIf = async () => {
        if (later) {
          await Promise.resolve();
        }
        source.close();
        setTimeout(() => resolve(assert.deepEqual(events.types, [])), 50);
        return true;
      };
      const source = t.eventSource(stream.url, { reconnect: { initialDelay: 1, retryIf } });
      events = t.record(source, "error");
    });
    const [request] = await stream.requests({ ended: 1 });
    assert.equal(request.endedBy, "client");
    assert.isTrue(await stream.countStaysAt(1, 200));
  }
});

test("who closes the source while the body comes is not asked by retryIf", async (t) => {
  const stream = await t.stream({ ...refused(500), steps: ["x"] });
  let asked = 0;
  const source = t.eventSource(stream.url, { reconnect: { retryIf: () => (asked += 1) } });
  await stream.requests({ count: 1 });
  source.close();
  await stream.requests({ ended: 1 });
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal(asked, 0);
});

test("reconnect() while retryIf is awaited makes another connection, and its answer counts for nothing", async (t) => {
  const stream = await t.stream(refused(500), ["data: x\n\n"]);
  let answer;
  const source = t.eventSource(stream.url, {
    reconnect: {
      retryIf() {
        queueMicrotask(() => source.reconnect());
        return new Promise((resolve) => (answer = resolve));
      },
    },
  });
  const events = t.record(source, "error", "message");
  await t.next(source, "message");
  answer(false);
  assert.isTrue(await stream.countStaysAt(2, 200));
  assert.deepEqual([events.types, source.readyState], [["message"], 1]);
});

test("retry: 0 is no busy loop", async (t) => {
  const stream = await t.stream(["retry: 0\n\n", END]);
  const source = t.eventSource(stream.url);
  const errors = t.record(source, "error");
  const begun = performance.now();
  await errors.take(6);
  // After four requests in a row there are 100 ms before each of the next two, at least; by chance it is more.
  assert.isAtLeast(performance.now() - begun, 180);
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
