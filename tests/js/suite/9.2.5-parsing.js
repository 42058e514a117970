import { assert } from "chai";
import vectors from "vectors";
import { isPlain, message } from "../harness/recorder.js";
import { section } from "../harness/registry.js";
import { bytes, END, inChunks, waitFor } from "../harness/steps.js";

const test = section("9.2.5", "Parsing an event stream");

/** The messages of a stream of these steps: all until its end, which the error event tells. */
async function messagesOf(t, types, ...steps) {
  const stream = await t.stream([...steps, END]);
  const source = t.eventSource(stream.url);
  const events = await t.record(source, ...new Set(["message", "error", ...types])).until(isPlain("error"));
  source.close();
  return events.slice(0, -1).map(message);
}

const NUL = { firefox: "U+0000 is dropped from data" };
const ID_ONLY = { firefox: "an id counts only together with data" };
const SPLIT_BOM = { webkit: "a byte order mark that comes in pieces is taken for text" };

/** Where browsers read the vectors differently from the standard. */
const NATIVE = {
  "bom": SPLIT_BOM,
  "bom-before-blank-line": { chromium: "the event after a byte order mark and a blank line is lost" },
  "bom-inside-data": SPLIT_BOM,
  "data-null": NUL,
  "id-null": { firefox: "the event of an id with U+0000 is lost" },
  "id-only-block": ID_ONLY,
  "id-only-with-event": ID_ONLY,
  "utf8": NUL,
};

// The same streams that the parser's own tests read, here over HTTP.
for (const { name, base64, events } of vectors) {
  test(`tests/vectors/${name}.sse`, { native: NATIVE[name] }, async (t) => {
    const expected = events.map(({ type, data, lastEventId }) => [type, data, lastEventId]);
    const types = events.map(({ type }) => type);
    const plainOpen = ([type, data]) => type === "open" && data === undefined;
    const whole = await messagesOf(t, types, { sendBase64: base64 });
    const byByte = await messagesOf(t, types, { chunksBase64: base64, size: 1 });
    assert.deepEqual(whole.filter((entry) => !plainOpen(entry)), expected);
    assert.deepEqual(byByte.filter((entry) => !plainOpen(entry)), expected, "byte by byte");
  });
}

for (const size of [1, 2, 3, 5, 7, 1000]) {
  test(`the sample stream in chunks of ${size} bytes`, { native: size < 3 ? SPLIT_BOM : {} }, async (t) => {
    const source = t.eventSource(`${t.origin}/chunks?size=${size}`);
    const events = await t.record(source, "message", "named").take(6);
    assert.deepEqual(events.map(message), [
      ["message", "first", ""],
      ["named", "two\nlines", "1"],
      ["message", " space kept", "1"],
      ["message", "", "1"],
      ["message", "é € 🦀", "ü"],
      ["message", "last", ""],
    ]);
  });
}

test("a blank line ended by CR dispatches at once, without waiting for a LF", async (t) => {
  const stream = await t.stream(["data: 1\r\r", waitFor("seen"), "\ndata: 2\r\r"]);
  const events = t.record(t.eventSource(stream.url), "message");
  assert.equal((await events.next()).event.data, "1");
  await stream.signal("seen");
  assert.equal((await events.next()).event.data, "2");
});

test("a CRLF that is split over two chunks is one line end", async (t) => {
  const stream = await t.stream(["data: 1\r", waitFor("next"), "\ndata: 2\r", waitFor("next"), "\n\r", waitFor("next"), "\n"]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "message");
  await t.next(source, "open");
  for (let count = 0; count < 3; count += 1) {
    await stream.signal("next");
  }
  assert.equal((await events.next()).event.data, "1\n2");
});

test("a byte order mark that is split over chunks is one", { native: SPLIT_BOM }, async (t) => {
  const messages = await messagesOf(t, [], inChunks("\uFEFFdata: 1\n\n", 1));
  assert.deepEqual(messages, [["message", "1", ""]]);
});

test("a character that is split over chunks is one", async (t) => {
  const stream = await t.stream([
    "data: ",
    bytes(0xf0, 0x9f),
    waitFor("next"),
    bytes(0xa6),
    waitFor("next"),
    bytes(0x80),
    "\n\n",
  ]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "message");
  await t.next(source, "open");
  await stream.signal("next");
  await stream.signal("next");
  assert.equal((await events.next()).event.data, "🦀");
});

test("malformed UTF-8 becomes U+FFFD, and the stream goes on", async (t) => {
  const messages = await messagesOf(t, [], "data: a", bytes(0xff, 0x62, 0xe2, 0x82), "c\n\ndata: next\n\n");
  assert.deepEqual(messages, [
    ["message", "a\uFFFDb\uFFFDc", ""],
    ["message", "next", ""],
  ]);
});
