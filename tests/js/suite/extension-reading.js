import { assert } from "chai";
import { section } from "../harness/registry.js";
import { CUT, END, waitFor } from "../harness/steps.js";

const extension = section("Extension", "reading a source other than by listeners");

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip, ...options } = rest[0] ?? {};
  extension(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

const numbered = (from, to) =>
  Array.from({ length: to - from }, (_, index) => `id: ${from + index}\ndata: ${from + index}\n\n`).join("");

/** What a loop over the source gets, up to so many events. */
async function read(events, count) {
  const list = [];
  for await (const event of events) {
    list.push(event);
    if (list.length === count) {
      break;
    }
  }
  return list;
}

/** Events as a callback gets them, and a promise of the first so many. */
function subscribe(source, count, init) {
  const seen = [];
  let unsubscribe;
  const enough = new Promise((resolve) => {
    unsubscribe = source.subscribe((event) => seen.push(event) === count && resolve(seen), init);
  });
  return { seen, enough, unsubscribe };
}

const data = (events) => events.map((event) => event.data);

test("subscribe() hears events of every type, until it is told not to", async (t) => {
  const text = 'data: a\n\nevent: open\ndata: b\n\nevent: *\nid: 1\ndata: {"c":1}\n\n';
  const stream = await t.stream([text, waitFor("go"), "data: last\n\n"]);
  const source = t.eventSource(stream.url);
  const { seen, enough, unsubscribe } = subscribe(source, 3);
  await enough;
  assert.deepEqual(seen.map(({ type, data, lastEventId }) => [type, data, lastEventId]), [
    ["message", "a", ""],
    ["open", "b", ""],
    ["*", '{"c":1}', "1"],
  ]);
  assert.deepEqual(seen[2].json(), { c: 1 });
  assert.isTrue(seen.every(({ origin }) => origin === new URL(stream.url).origin));
  unsubscribe();
  const last = t.next(source, "message");
  await stream.signal("go");
  assert.equal((await last).data, "last");
  assert.equal(seen.length, 3);
});

test("a signal unsubscribes, and one that is aborted already does not subscribe", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n"]);
  const source = t.eventSource(stream.url);
  const controller = new AbortController();
  const seen = [];
  source.subscribe((event) => seen.push(event.data) && controller.abort(), { signal: controller.signal });
  source.subscribe(() => seen.push("never"), { signal: AbortSignal.abort() });
  await subscribe(source, 2).enough;
  assert.deepEqual(seen, ["a"]);
});

test("a callback that throws is reported, and keeps nobody from the event", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n"]);
  const source = t.eventSource(stream.url);
  const error = new Error("thrown by a callback");
  const reported = t.uncaught(error);
  let thrown = 0;
  source.subscribe(() => {
    if (thrown++ === 0) {
      throw error;
    }
  });
  assert.deepEqual(data(await subscribe(source, 2).enough), ["a", "b"]);
  await reported;
});

test("what a callback closes calls nobody any more", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n"]);
  const source = t.eventSource(stream.url);
  const heard = t.record(source, "message");
  const { seen } = subscribe(source, 1);
  source.subscribe(() => source.close());
  await stream.requests({ ended: 1 });
  assert.deepEqual(data(seen), ["a"]);
  assert.deepEqual(heard.types, []);
});

test("listeners hear their types while a callback hears all, each event in a turn of its own", async (t) => {
  const stream = await t.stream(["data: a\n\nevent: b\ndata: b\n\ndata: c\n\nevent: end\ndata: d\n\n"]);
  const source = t.eventSource(stream.url);
  const trace = [];
  source.onmessage = async (event) => {
    trace.push(`listener ${event.data}`);
    await null;
    trace.push(`after ${event.data}`);
  };
  source.subscribe((event) => trace.push(`callback ${event.data}`));
  await t.next(source, "end");
  assert.deepEqual(trace, [
    ...["callback a", "listener a", "after a"],
    "callback b",
    ...["callback c", "listener c", "after c"],
    "callback d",
  ]);
});

test("a loop gets every event, and closes the source when it is left", async (t) => {
  const stream = await t.stream([numbered(0, 100)]);
  const source = t.eventSource(stream.url);
  const events = await read(source, 100);
  assert.deepEqual(data(events), Array.from({ length: 100 }, (_, index) => String(index)));
  assert.equal(events[99].lastEventId, "99");
  assert.equal(source.readyState, 2);
  const [request] = await stream.requests({ ended: 1 });
  assert.equal(request.endedBy, "client");
});

test("a loop that is left with preventClose leaves the source as it is, and the next goes on", async (t) => {
  const stream = await t.stream([numbered(0, 5)]);
  const source = t.eventSource(stream.url);
  assert.deepEqual(data(await read(source.events({ preventClose: true }), 2)), ["0", "1"]);
  assert.equal(source.readyState, 1);
  const rest = subscribe(source, 3).enough;
  assert.deepEqual(data(await rest), ["2", "3", "4"]);
});

test("a loop goes on over reconnections", async (t) => {
  const second = [numbered(2, 4), waitFor("seen"), CUT];
  const stream = await t.stream([`retry: 1\n${numbered(0, 2)}`, END], second, [numbered(4, 6)]);
  const source = t.eventSource(stream.url);
  const errors = t.record(source, "error");
  const seen = [];
  for await (const event of source) {
    seen.push(event.data);
    if (seen.length === 4) {
      await stream.signal("seen");
    }
    if (seen.length === 6) {
      break;
    }
  }
  assert.deepEqual(seen, ["0", "1", "2", "3", "4", "5"]);
  assert.deepEqual(errors.types, ["error", "error"]);
  assert.deepEqual(await stream.lastEventIds(3), [undefined, "1", "3"]);
});

test("a loop holds its source back: nothing is dispatched that it has not asked for", async (t) => {
  const stream = await t.stream([numbered(0, 3)]);
  const source = t.eventSource(stream.url);
  const heard = t.record(source, "message");
  const loop = source.events();
  assert.equal((await loop.next()).value.data, "0");
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(heard.all.length, 1);
  assert.equal((await loop.next()).value.data, "1");
  await loop.return();
  assert.equal(source.readyState, 2);
  assert.deepEqual(await loop.next(), { value: undefined, done: true });
  assert.equal(heard.all.length, 2);
});

test("what a loop does not take is not read", async (t) => {
  // Of a stream of one's own: how much a browser reads of a connection before it is asked for is its own affair.
  let pulled = 0;
  const chunk = new TextEncoder().encode(`data: ${"x".repeat(1000)}\n\n`);
  const body = new ReadableStream(
    { pull: (controller) => (pulled++ < 100 ? controller.enqueue(chunk) : controller.close()) },
    { highWaterMark: 0 },
  );
  const loop = t.EventSource.fromReadableStream(body).events();
  await loop.next();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.isAtMost(pulled, 2);
  let count = 1;
  while (!(await loop.next()).done) {
    count += 1;
  }
  assert.equal(count, 100);
});

test("several asks at once are answered in their order", async (t) => {
  const stream = await t.stream([numbered(0, 1), waitFor("go"), numbered(1, 3)]);
  const loop = t.eventSource(stream.url).events();
  const asked = [loop.next(), loop.next(), loop.next()];
  await asked[0];
  await stream.signal("go");
  assert.deepEqual((await Promise.all(asked)).map(({ value }) => value.data), ["0", "1", "2"]);
});

test("two loops get every event each, and what one has not taken is kept for it", async (t) => {
  const stream = await t.stream([numbered(0, 50)]);
  const source = t.eventSource(stream.url);
  const slow = source.events({ preventClose: true });
  const first = await Promise.all([slow.next(), read(source.events({ preventClose: true }), 50)]);
  assert.equal(first[1].length, 50);
  assert.equal(first[0].value.data, "0");
  for (let index = 1; index < 50; index += 1) {
    assert.equal((await slow.next()).value.data, String(index));
  }
});

test("close() ends a loop, and a source that is CLOSED has nothing to loop over", async (t) => {
  const stream = await t.stream([numbered(0, 1)]);
  const source = t.eventSource(stream.url);
  const loop = source.events();
  await loop.next();
  const asked = loop.next();
  source.close();
  assert.deepEqual(await asked, { value: undefined, done: true });
  assert.deepEqual(await read(source), []);
});

test("a loop throws what has failed the connection for good", async (t) => {
  const stream = await t.stream({ status: 503, steps: [END] });
  const source = t.eventSource(stream.url);
  const errors = t.record(source, "error");
  const error = await read(source).then(() => null, (error) => error);
  assert.deepEqual([error.name, error.reason, error.status], ["StreamError", "status", 503]);
  assert.equal(errors.types.length, 1);
});

test("a loop ends when the server means it to", async (t) => {
  const ended = await t.stream([numbered(0, 2), END]);
  assert.deepEqual(data(await read(t.eventSource(ended.url, { reconnect: false }))), ["0", "1"]);
  const stop = await t.stream({ status: 204, steps: [END] });
  assert.deepEqual(await read(t.eventSource(stop.url)), []);
  const body = new Blob([numbered(0, 2)]).stream();
  assert.deepEqual(data(await read(t.EventSource.fromReadableStream(body))), ["0", "1"]);
});

test("a flood that is looped over leaves the page its turns", async (t) => {
  const stream = await t.stream([{ chunks: "data: x\n\n".repeat(200_000), size: 1 << 16 }, "event: end\ndata: x\n\n"]);
  const source = t.eventSource(stream.url);
  let turns = 0;
  const timer = setInterval(() => (turns += 1));
  let count = 0;
  for await (const { type } of source) {
    if (type === "end") {
      break;
    }
    count += 1;
  }
  clearInterval(timer);
  assert.equal(count, 200_000);
  assert.isAbove(turns, 3);
});

const RELAYED = { skip: { shared: "what has come is with all members: it is told, and is not asked for again" } };

test("reconnect() in a loop drops the rest of the chunk, which the server sends again", RELAYED, async (t) => {
  const stream = await t.stream([numbered(1, 3)], [numbered(2, 4)]);
  const source = t.eventSource(stream.url);
  const seen = [];
  for await (const event of source) {
    seen.push(event.data);
    if (seen.length === 1) {
      source.reconnect();
    }
    if (seen.length === 3) {
      break;
    }
  }
  assert.deepEqual(seen, ["1", "2", "3"]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

test("a loop that nobody has asked yet ends with its source, too", async (t) => {
  const stream = await t.stream([numbered(0, 1)]);
  const closed = t.eventSource(stream.url);
  const late = closed.events();
  closed.close();
  assert.deepEqual(await late.next(), { value: undefined, done: true });
  const refusing = await t.stream({ status: 503, steps: [END] });
  const failed = t.eventSource(refusing.url);
  const loop = failed.events();
  await t.next(failed, "error");
  assert.equal((await loop.next().catch((error) => error)).status, 503);
});

test("what fails is thrown although the error's listener closes the source", async (t) => {
  const stream = await t.stream({ status: 503, steps: [END] });
  const source = t.eventSource(stream.url);
  source.onerror = () => source.close();
  const error = await read(source).then(() => null, (error) => error);
  assert.equal(error?.status, 503);
});

test("who subscribes while an event is delivered gets the next one", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n"]);
  const source = t.eventSource(stream.url);
  const seen = [];
  let unsubscribe = source.subscribe(function again(event) {
    unsubscribe();
    seen.push(event.data);
    unsubscribe = source.subscribe(again);
  });
  await subscribe(source, 2).enough;
  assert.deepEqual(seen, ["a", "b"]);
});

test("reconnect() loses no event that was taken and waits for its turn", async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\nid: 2\ndata: b\n\n"], ["id: 3\ndata: c\n\n"]);
  const source = t.eventSource(stream.url);
  const heard = t.record(source, "message");
  const loop = source.events({ preventClose: true });
  const seen = [(await loop.next()).value.data];
  await new Promise((resolve) => setTimeout(resolve));
  const asked = loop.next();
  source.reconnect();
  while (seen.at(-1) !== "c") {
    seen.push((await (seen.length === 1 ? asked : loop.next())).value.data);
  }
  // Either it was taken, or the server is told that it was not.
  const [, id] = await stream.lastEventIds(2);
  assert.deepEqual(seen, id === "2" ? ["a", "b", "c"] : ["a", "c"]);
  await heard.take(seen.length);
  assert.deepEqual(heard.all.map(({ event }) => event.data), seen);
});

test("a loop with work to do leaves the page its turns in the middle of a chunk", async (t) => {
  const body = new Blob(["data: x\n\n".repeat(500)]).stream();
  let turns = 0;
  const timer = setInterval(() => (turns += 1));
  for await (const event of t.EventSource.fromReadableStream(body)) {
    const until = performance.now() + 0.3;
    while (performance.now() < until) {
      event.json;
    }
  }
  clearInterval(timer);
  assert.isAtLeast(turns, 1);
});

test("a callback that asks a loop does not take what somebody waits for", async (t) => {
  const stream = await t.stream([numbered(0, 4)]);
  const source = t.eventSource(stream.url);
  const loop = source.events({ preventClose: true });
  const inner = [];
  source.subscribe(() => inner.length < 2 && inner.push(loop.next()));
  const outer = [await loop.next(), await loop.next()];
  const all = [...outer, ...(await Promise.all(inner))].map(({ value }) => value.data);
  assert.sameMembers(all, ["0", "1", "2", "3"]);
  assert.equal(all[0], "0");
});

test("comments are told to who asks for them, in their place among the events", async (t) => {
  const stream = await t.stream([": one\n:two\n\ndata: a\n:  three\ndata: b\n\n:\n\ndata: last\n\n"]);
  const trace = [];
  const source = t.eventSource(stream.url, { onComment: (comment) => trace.push(`: ${comment}`) });
  source.subscribe((event) => trace.push(event.data));
  await t.record(source, "message").take(2);
  assert.deepEqual(trace, [": one", ": two", ":  three", "a\nb", ": ", "last"]);
});

test("a message has its JSON, parsed when it is asked for", async (t) => {
  const stream = await t.stream(['event: ping\ndata: {"time":"now"}\n\ndata: {"tim\n\n']);
  const source = t.eventSource(stream.url);
  const [ping, message] = await t.collect(source, ["ping", "message"], 2);
  assert.deepEqual(ping.json(), { time: "now" });
  assert.throws(() => message.json(), SyntaxError);
  assert.equal(message.data, '{"tim');
});

test("what cannot be read with is a TypeError at once", async (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  assert.throws(() => source.subscribe(), TypeError, /listener must be a function/);
  assert.throws(() => source.subscribe({ handleEvent() {} }), TypeError, /listener must be a function/);
  assert.throws(() => source.subscribe(() => {}, { signal: "now" }), TypeError, /signal/);
  assert.throws(() => t.eventSource(`${t.origin}/silence`, { onComment: "x" }), TypeError, /onComment must be a function/);
});
