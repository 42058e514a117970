import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END, waitFor } from "../harness/steps.js";

const proposed = section("Proposal", "EventSource.fromReadableStream(), https://github.com/whatwg/html/issues/12272");

const ALL = ["open", "message", "error"];
const encoder = new TextEncoder();

function test(sentence, ...rest) {
  const body = rest.pop();
  const { skip = {}, ...options } = rest[0] ?? {};
  proposed(sentence, { ...options, skip: { native: "no browser has it", ...skip } }, body);
}

/** A stream that the case writes to, and the source that reads it. */
function written(t) {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  const source = t.EventSource.fromReadableStream(readable);
  const write = (text) => writer.write(encoder.encode(text));
  return { source, readable, writer, write, events: t.record(source, ...ALL) };
}

function concatenated(chunks) {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  chunks.reduce((at, chunk) => (bytes.set(chunk, at), at + chunk.length), 0);
  return bytes;
}

function streamOf(chunks) {
  return new ReadableStream({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
      controller.close();
    },
  });
}

/** Takes note of all that can be seen at each event, up to one at which the source is reset or closed. */
function follow(t, chunks, last, end) {
  const seen = [];
  const source = t.EventSource.fromReadableStream(streamOf(chunks));
  return new Promise((resolve) => {
    const note = ({ type, data, lastEventId }) => {
      seen.push([type, data, lastEventId, source.lastEventId, source.reconnectionTime]);
      if (seen.length === last + 1) {
        source[end]();
        source.close();
        seen[last].push(source.lastEventId, source.reconnectionTime);
        resolve(seen);
      }
    };
    source.addEventListener("message", note);
    source.addEventListener("other", note);
  });
}

test("what is no stream, or is locked, is a TypeError", async (t) => {
  for (const argument of [undefined, null, "data: x\n\n", {}, new Uint8Array(1)]) {
    assert.throws(() => t.EventSource.fromReadableStream(argument), TypeError);
  }
  const locked = new ReadableStream();
  locked.getReader();
  assert.throws(() => t.EventSource.fromReadableStream(locked), TypeError);
});

test("it locks the stream at once and opens in a later task", async (t) => {
  // Who has had no event for a while may have one without a task.
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { source, readable, events } = written(t);
  assert.isTrue(readable.locked);
  assert.instanceOf(source, t.EventSource);
  assert.deepEqual([source.readyState, source.url, source.withCredentials], [0, "about:event-stream", false]);
  assert.equal(source.lastEventId, "");
  assert.isAbove(source.reconnectionTime, 0);
  for (let depth = 0; depth < 5; depth += 1) {
    await null;
  }
  assert.equal(source.readyState, 0);
  const { type, readyState } = await events.next();
  assert.deepEqual([type, readyState], ["open", 1]);
});

test("its events are those of the bytes, their origin is null", async (t) => {
  const { write, events } = written(t);
  write("\uFEFFid: 1\nda");
  write("ta: a\n\ndata: b\r");
  write("\n\r\n");
  const [, a, b] = await events.take(3);
  assert.deepEqual([a.event.data, a.event.lastEventId, a.event.origin], ["a", "1", "null"]);
  assert.deepEqual([b.event.data, b.event.lastEventId, b.event.origin], ["b", "1", "null"]);
});

for (const [how, end] of [
  ["ends", (writer) => writer.close()],
  ["breaks off", (writer) => writer.abort(new Error("broken"))],
]) {
  test(`when the stream ${how}: the complete events, one error, CLOSED`, async (t) => {
    const { source, writer, write, events } = written(t);
    write("retry: 1\n\ndata: a\n\ndata: half");
    const before = await events.take(2);
    end(writer).catch(() => {});
    const seen = [...before, await events.next()];
    assert.deepEqual(
      seen.map(({ type, readyState, event }) => [type, readyState, event.data]),
      [
        ["open", 1, undefined],
        ["message", 1, "a"],
        ["error", 2, undefined],
      ],
    );
    assert.deepEqual([source.lastEventId, source.reconnectionTime], ["", 1]);
  });
}

test("close() cancels the stream", async (t) => {
  let source;
  const cancelled = new Promise((resolve) => {
    source = t.EventSource.fromReadableStream(new ReadableStream({ cancel: () => resolve(true) }));
  });
  await t.next(source, "open");
  source.close();
  assert.isTrue(await cancelled);
  assert.equal(source.readyState, 2);
});

test("lastEventId and reconnectionTime follow the stream, and outlive it", async (t) => {
  const { source, writer, write, events } = written(t);
  write("id: 1\nretry: 5\ndata: a\n\nid: 2\n\n");
  await events.take(2);
  await write("data: b\n\nid: half");
  await events.next();
  assert.deepEqual([source.lastEventId, source.reconnectionTime], ["2", 5]);
  writer.close();
  await events.next();
  assert.deepEqual([source.readyState, source.lastEventId, source.reconnectionTime], [2, "2", 5]);
});

test("lastEventId and reconnectionTime are those of a source with a URL, too", async (t) => {
  const stream = await t.stream(["id: 1\nretry: 20\ndata: a\n\n", waitFor("seen"), END], ["id\ndata: b\n\n"]);
  const source = t.eventSource(stream.url);
  assert.equal(source.lastEventId, "");
  const events = t.record(source, "message");
  await events.next();
  assert.deepEqual([source.lastEventId, source.reconnectionTime], ["1", 20]);
  await stream.signal("seen");
  await events.next();
  assert.deepEqual([source.lastEventId, source.reconnectionTime], ["", 20]);
});

test("it reads the answer to a POST", async (t) => {
  const stream = await t.stream(["data: a\n\ndata: b\n\n", END]);
  const { body } = await fetch(stream.url, { method: "POST", body: "question" });
  const source = t.EventSource.fromReadableStream(body);
  const events = await t.record(source, ...ALL).take(4);
  assert.deepEqual(events.map(({ type }) => type), ["open", "message", "message", "error"]);
  const [request] = await stream.requests({ count: 1 });
  assert.deepEqual([request.method, request.body], ["POST", "question"]);
});

test("one body after another into one source, with reset() in between", async (t) => {
  const { readable, writable } = new TransformStream();
  const source = t.EventSource.fromReadableStream(readable);
  const events = t.record(source, ...ALL);
  const bodies = ["id: 1\ndata: a\n\nid: 2\ndata: half", "\uFEFFdata: b\n\n", "id: 3\ndata: c\n\n"];
  const seen = [];
  for (const body of bodies) {
    await new Response(body).body.pipeTo(writable, { preventClose: true });
    const { event } = (await events.until(({ type }) => type === "message")).at(-1);
    seen.push([event.data, event.lastEventId, source.lastEventId]);
    source.reset();
  }
  assert.deepEqual(seen, [
    ["a", "1", "1"],
    ["b", "1", "1"],
    ["c", "3", "3"],
  ]);
});

test("reset() in a listener drops the rest of the chunk and not the source", async (t) => {
  const { source, write, events } = written(t);
  source.addEventListener("message", () => source.reset(), { once: true });
  write("data: a\n\ndata: b\n\nid: 9\n\n");
  await events.take(2);
  write("data: c\n\n");
  const { event } = await events.next();
  assert.deepEqual([event.data, event.lastEventId], ["c", ""]);
});

test("a chunk of many events is as if each had come by itself, at whichever of them it is reset or closed", async (t) => {
  const blocks = Array.from({ length: 1200 }, (_, index) =>
    [
      index % 3 === 0 ? `id: ${index} ü🎈\n` : "",
      index % 7 === 0 ? `event: ${["message", "other"][index % 2]}\n` : "",
      index % 50 === 49 ? `retry: ${index}\n` : "",
      index === 400 ? "id\n" : "",
      index % 11 === 0 ? `data: ${"€".repeat(index % 90)}\n` : "",
      index % 401 === 0 ? "id: alone\n\n: comment\n\n" : "",
      `data: ${index}\n\n`,
    ].join(""),
  );
  const all = blocks.map((block) => encoder.encode(block));
  // No character begins with it.
  all[700][all[700].length - 3] = 0xff;
  for (const last of [1199, 700, 255, 1]) {
    for (const end of ["reset", "close"]) {
      const [expected, seen] = await Promise.all([all, [concatenated(all)]].map((chunks) => follow(t, chunks, last, end)));
      assert.deepEqual(seen, expected);
    }
  }
});

test("any view of bytes will do, and what is none closes the source", async (t) => {
  const bytes = encoder.encode("xdata: a\n\ndata: b\n\n");
  const chunks = [new DataView(bytes.buffer, 1, 9), new Int8Array(bytes.buffer, 10, 9), "data: c\n\n"];
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(chunks.shift());
    },
  });
  const events = t.record(t.EventSource.fromReadableStream(stream), ...ALL);
  const seen = await events.take(4);
  assert.deepEqual(seen.map(({ type, readyState, event }) => [type, readyState, event.data]), [
    ["open", 1, undefined],
    ["message", 1, "a"],
    ["message", 1, "b"],
    ["error", 2, undefined],
  ]);
});
