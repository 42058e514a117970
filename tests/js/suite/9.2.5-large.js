import { assert } from "chai";
import { section } from "../harness/registry.js";

const test = section("9.2.5", "Parsing an event stream: large events");

const ALONE = { alone: true, timeout: 60_000 };

/** 64 megabytes, of 128 bytes each. WebKitGTK's own takes more than a minute for them, and Firefox's four seconds. */
function countFor({ engine, implementation }) {
  const megabytes = implementation === "native" ? ({ webkit: 1, firefox: 16 }[engine] ?? 64) : 64;
  return megabytes * 2 ** 13;
}
/** 128 bytes with the field's name and the line end, or with seven more of its like. */
const LINE = "0123456789".repeat(12) + "a";

/** Compared as a whole, but not shown as a whole when they differ. */
function assertSame(actual, expected) {
  assert.equal(actual.length, expected.length);
  assert.equal(actual.slice(-20), expected.slice(-20));
  assert.isTrue(actual === expected);
}

test("an event of many megabytes in one line comes whole", ALONE, async (t) => {
  const count = countFor(t);
  const stream = await t.stream(["data: begin ", { repeat: { text: `${LINE}1234567`, times: count } }, " end\n\n"]);
  const { data } = await t.next(t.eventSource(stream.url), "message");
  assertSame(data, `begin ${`${LINE}1234567`.repeat(count)} end`);
});

test("an event of many megabytes in short lines comes whole", ALONE, async (t) => {
  const count = countFor(t);
  const lines = { repeat: { text: `data: ${LINE}\n`, times: count } };
  const stream = await t.stream(["data: begin\n", lines, "data: end\n\n"]);
  const { data } = await t.next(t.eventSource(stream.url), "message");
  assertSame(data, `begin\n${`${LINE}\n`.repeat(count)}end`);
});
