import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT, END } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: the reconnection time");

/** Longer than any case lasts: with this time nothing comes back. */
const LONG = 99_999;

test("it waits for the reconnection time that the stream has set", async (t) => {
  const stream = await t.stream(["retry: 1000\n\n", END], [COMMENT]);
  const source = t.eventSource(stream.url);
  const events = t.record(source, "open");
  await events.take(2);
  const [first, second] = await stream.requests({ count: 2 });
  // Not more than this: a busy machine is late, and some browsers add to the time.
  assert.isAtLeast(second.atMs - first.atMs, 950);
  assert.isAtMost(second.atMs - first.atMs, 5000);
});

test("the reconnection time lasts over reconnects that set none", async (t) => {
  const stream = await t.stream([`retry: ${LONG}\nretry: 20\n\n`, END], [END], [END], ["data: x\n\n"]);
  await t.next(t.eventSource(stream.url), "message");
  const requests = await stream.requests({ count: 4 });
  assert.isAtMost(requests[3].atMs - requests[1].atMs, 2500);
});

test("a reconnection time of 0 gives one request for each connection that was lost", async (t) => {
  const lost = ["retry: 0\n\n", END];
  const stream = await t.stream(lost, lost, lost, lost, ["data: x\n\n"]);
  const events = t.record(t.eventSource(stream.url), "open", "message", "error");
  await events.until(({ type }) => type === "message");
  assert.deepEqual(events.types, [...Array(4).fill(["open", "error"]).flat(), "open", "message"]);
  assert.isTrue(await stream.countStaysAt(5));
});

/** The stream's text ends, and the source comes back with the next request. */
async function assertComesBack(t, text) {
  const stream = await t.stream([text, END], ["data: back\n\n"]);
  assert.equal((await t.next(t.eventSource(stream.url), "message")).data, "back");
  assert.equal((await stream.requests({ count: 2 })).length, 2);
}

/** It does not, for so many milliseconds. */
async function assertStaysAway(t, text, milliseconds = 1200) {
  const stream = await t.stream([text, END]);
  const source = t.eventSource(stream.url);
  await t.next(source, "error");
  assert.isTrue(await stream.countStaysAt(1, milliseconds));
  assert.equal(source.readyState, 0);
}

for (const [what, lines] of [
  ["in a block without data", "retry: 20\n\n"],
  ["at once, and not at the blank line", "retry: 20\n"],
  ["from a line that ends with CR", "retry: 20\r"],
  ["without a space before the digits", "retry:20\n\n"],
  ["with leading zeros", "retry: 00000000000000000000000000000000000020\n\n"],
  ["together with data, before or after it", "data: a\nretry: 20\nid: 1\n\n"],
]) {
  test(`the reconnection time is taken ${what}`, async (t) => {
    const stream = await t.stream([`retry: ${LONG}\n${lines}`, END], [COMMENT]);
    await t.record(t.eventSource(stream.url), "open").take(2);
    assert.equal((await stream.requests({ count: 2 })).length, 2);
  });
}

test("of several reconnection times in one block the last counts, if it is the shorter one", async (t) => {
  await assertComesBack(t, `retry: ${LONG}\nretry: 20\n\n`);
});

test("of several reconnection times in one block the last counts, if it is the longer one", async (t) => {
  await assertStaysAway(t, `retry: 20\nretry: ${LONG}\n\n`);
});

test("a reconnection time in a line that is not complete is not taken", async (t) => {
  await assertStaysAway(t, `retry: ${LONG}\n\nretry: 20`);
});

const LENIENT = { webkit: "a sign and white space are taken for a part of the number" };
const NUL = { firefox: "U+0000 is dropped" };

for (const [value, native] of [
  ["99999x"],
  ["x99999"],
  ["-99999"],
  ["+99999", LENIENT],
  ["99999.5"],
  ["9e9"],
  ["0x99999"],
  ["99,999"],
  ["9 9999"],
  [" 99999", LENIENT],
  ["99999 ", LENIENT],
  ["\t99999", LENIENT],
  ["٩٩٩٩٩"],
  ["９９９９９"],
  ["99999\0", NUL],
]) {
  test(`the retry ${JSON.stringify(value)} is not all digits and changes nothing`, { native }, async (t) => {
    await assertComesBack(t, `retry: 20\nretry: ${value}\n\n`);
  });
}

const RESETS = {
  chromium: "an empty retry sets the time back to what it was at first",
  firefox: "an empty retry makes it come back soon",
  webkit: "an empty retry sets the time back to what it was at first",
};

for (const line of ["retry", "retry:", "retry: "]) {
  test(`the line ${JSON.stringify(line)} has no digits and changes nothing`, { native: RESETS }, async (t) => {
    // Longer than the time that engines begin with.
    await assertStaysAway(t, `retry: ${LONG}\n${line}\n\n`, 3600);
  });
}

const OVERFLOWS = { firefox: "the time overflows and becomes half a second" };

for (const [value, native] of [
  ["2147483647", {}],
  ["2147483648", {}],
  ["4294967295", {}],
  ["4294967296", OVERFLOWS],
  ["4294967296000", OVERFLOWS],
  ["9007199254740993", OVERFLOWS],
  ["18446744073709551616", OVERFLOWS],
  [`1${"0".repeat(400)}`, OVERFLOWS],
]) {
  const name = value.length > 30 ? `${value.length} digits` : value;
  test(`a reconnection time of ${name} is a long wait, not an overflow`, { native }, async (t) => {
    await assertStaysAway(t, `retry: ${value}\n\n`);
  });
}
