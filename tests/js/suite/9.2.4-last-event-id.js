import { assert } from "chai";
import { section } from "../harness/registry.js";
import { bytes, COMMENT, CUT, END } from "../harness/steps.js";

const test = section("9.2.4", "The Last-Event-ID header");

const FIN = "event: fin\ndata\n\n";

/** Reads streams one after another until one says `fin`; what the requests had in the header. */
async function headersOf(t, ...streams) {
  const bodies = streams.map((body, index) => [index === 0 ? "retry: 20\n" : "", ...[body].flat(), END]);
  const stream = await t.stream(...bodies, [FIN]);
  await t.next(t.eventSource(stream.url), "fin");
  return stream.lastEventIds(streams.length + 1);
}

/** How the test server shows a header: one character for each byte. */
const utf8 = (text) => String.fromCharCode(...new TextEncoder().encode(text));

test("the ID of the last event is sent on reconnecting", async (t) => {
  assert.deepEqual(await headersOf(t, "id: 1\ndata: a\n\nid: 2\ndata: b\n\n"), [undefined, "2"]);
});

test("without an ID there is no header", async (t) => {
  assert.deepEqual(await headersOf(t, "data: a\n\n", "data: b\n\n"), [undefined, undefined, undefined]);
});

test("the ID outlives connections whose events have none", async (t) => {
  const headers = await headersOf(t, "id: 1\ndata: a\n\n", "data: b\n\n", "", "id: 4\ndata: c\n\n");
  assert.deepEqual(headers, [undefined, "1", "1", "1", "4"]);
});

test("an empty id clears it, and then there is no header", async (t) => {
  assert.deepEqual(await headersOf(t, "id: 1\ndata: a\n\n", "id\ndata: b\n\n"), [undefined, "1", undefined]);
});

const ID_ONLY = {
  firefox: "an id counts only together with data",
  webkit: "an id is sent only once an event has come with it",
};

test("a block of nothing but an id counts", { native: ID_ONLY }, async (t) => {
  assert.deepEqual(await headersOf(t, "data: a\n\nid: 7\n\n"), [undefined, "7"]);
});

for (const [what, block] of [
  ["a block of nothing but an empty id clears it", "id:\n\n"],
  ["so does one of nothing but the word id", "id\n\n"],
]) {
  test(what, { native: ID_ONLY }, async (t) => {
    assert.deepEqual(await headersOf(t, `id: 1\ndata: a\n\n${block}`), [undefined, undefined]);
  });
}

test("the id of an event that is not dispatched, for want of data, counts", { native: ID_ONLY }, async (t) => {
  assert.deepEqual(await headersOf(t, "id: 1\ndata: a\n\nid: 2\nevent: x\n\n"), [undefined, "2"]);
});

test("of several ids in one block the last counts", async (t) => {
  assert.deepEqual(await headersOf(t, "id: 1\nid: 2\ndata: a\n\n"), [undefined, "2"]);
});

test("ids are separated by lone CRs as well", async (t) => {
  assert.deepEqual(await headersOf(t, "id: 5\rdata: a\r\rid: 6\rdata: b\r\r"), [undefined, "6"]);
});

test("the id of a line that is not complete does not count", async (t) => {
  assert.deepEqual(await headersOf(t, "id: 1\ndata: a\n\nid: 2"), [undefined, "1"]);
});

test("the id of a block without its blank line does not count", async (t) => {
  assert.deepEqual(await headersOf(t, "id: 1\ndata: a\n\nid: 2\ndata: b\n"), [undefined, "1"]);
});

const NUL_ID = { firefox: "the event of an id with U+0000 is lost" };

test("an id with U+0000 is ignored, and its event is not", { native: NUL_ID }, async (t) => {
  const stream = await t.stream(["retry: 20\nid: 1\ndata: a\n\nid: 2\0\ndata: b\n\n", END], [FIN]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "message");
  await t.next(source, "fin");
  assert.deepEqual(events.all.map(({ event }) => [event.data, event.lastEventId]), [
    ["a", "1"],
    ["b", "1"],
  ]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, "1"]);
});

test("an id with U+0000 leaves the one before it in the same block", { native: NUL_ID }, async (t) => {
  assert.deepEqual(await headersOf(t, "id: 7\nid: 2\0\ndata: a\n\n"), [undefined, "7"]);
});

// HTTP has no place for white space at either end of a header's value; the event keeps it.
for (const [id, sent] of [
  ["  a b  ", "a b"],
  ["\t\ta\tb\t", "a\tb"],
  ["   ", ""],
]) {
  test(`the ID ${JSON.stringify(id)} is sent without the white space around it`, async (t) => {
    const stream = await t.stream([`retry: 20\nid: ${id}\ndata: a\n\n`, END], ["data: b\n\n"]);
    const events = await t.collect(t.eventSource(stream.url), ["message"], 2);
    assert.deepEqual(events.map(({ lastEventId }) => lastEventId), [id, id]);
    assert.deepEqual(await stream.lastEventIds(2), [undefined, sent]);
  });
}

const LEFT_OUT = { node: "the header is left out, for Node's fetch refuses it" };

for (const code of [0x01, 0x1b, 0x7f]) {
  const name = `U+${code.toString(16).padStart(4, "0").toUpperCase()}`;
  test(`an ID with ${name}, which no header may have, is refused by the server`, { ours: LEFT_OUT }, async (t) => {
    const id = `a${String.fromCharCode(code)}b`;
    const stream = await t.stream([`retry: 20\nid: ${id}\ndata: a\n\n`, END]);
    const events = t.record(t.eventSource(stream.url), "message", "error");
    const states = (await events.take(3)).map(({ type, readyState }) => [type, readyState]);
    assert.deepEqual(states, [
      ["message", 1],
      ["error", 0],
      ["error", 2],
    ]);
    assert.equal(events.all[0].event.lastEventId, id);
    // The server's HTTP knows such a request for malformed: it is none of the stream's.
    assert.isTrue(await stream.countStaysAt(1));
    assert.equal(events.all.length, 3);
  });
}

const ENCODED_TWICE = { webkit: "fetch sends the UTF-8 of a header's code points, not their bytes" };

for (const id of ["ü", "ÿ", "€", "🦀", "naïve/日本語#1"]) {
  test(`the header is the UTF-8 of the ID ${id}`, { ours: ENCODED_TWICE }, async (t) => {
    assert.deepEqual(await headersOf(t, `id: ${id}\ndata: a\n\n`), [undefined, utf8(id)]);
  });
}

test("malformed UTF-8 in an id is sent as U+FFFD", { ours: ENCODED_TWICE }, async (t) => {
  const block = ["id: a", bytes(0xff), "b\ndata: a\n\n"];
  assert.deepEqual(await headersOf(t, block), [undefined, utf8("a\uFFFDb")]);
});

test("quotes and other marks are sent as they are", async (t) => {
  assert.deepEqual(await headersOf(t, 'id: "\\(){}<>@,;:/?=[]\ndata: a\n\n'), [undefined, '"\\(){}<>@,;:/?=[]']);
});

for (const length of [129, 1000, 10_000]) {
  test(`an ID of ${length} bytes is sent whole`, async (t) => {
    const id = "0123456789".repeat(length / 10 + 1).slice(0, length);
    assert.deepEqual(await headersOf(t, `id: ${id}\ndata: a\n\n`), [undefined, id]);
  });
}

test("the ID is sent after a cut as well, and on every further attempt", async (t) => {
  const stream = await t.stream(["retry: 20\nid: 9\ndata: a\n\n", END], [COMMENT, CUT], [COMMENT, CUT], [FIN]);
  await t.next(t.eventSource(stream.url), "fin");
  assert.deepEqual(await stream.lastEventIds(4), [undefined, "9", "9", "9"]);
});

test("lastEventId of an event after a reconnect is still the old one", async (t) => {
  const stream = await t.stream(["retry: 20\nid: 3\ndata: a\n\n", END], ["data: b\n\n"]);
  const events = await t.collect(t.eventSource(stream.url), ["message"], 2);
  assert.deepEqual(events.map(({ lastEventId }) => lastEventId), ["3", "3"]);
});

test("each source has its own ID", async (t) => {
  const stream = await t.stream(["id: 1\ndata: a\n\n"], ["data: b\n\n"]);
  await t.next(t.eventSource(stream.url), "message");
  const event = await t.next(t.eventSource(stream.url), "message");
  assert.deepEqual([event.data, event.lastEventId], ["b", ""]);
  assert.deepEqual(await stream.lastEventIds(2), [undefined, undefined]);
});
