import { assert } from "chai";
import { OwnFetch } from "../harness/own-fetch.js";
import { section } from "../harness/registry.js";

const extension = section("Extension", "subscribers: their objects and their turns");

function test(sentence, body) {
  extension(sentence, { skip: { native: "no browser has it" } }, body);
}

/** A source whose body begins with this text, when it is sent by what is returned. */
function open(t, init = {}) {
  const network = new OwnFetch();
  const source = t.eventSource("https://fake.test/", { fetch: network.fetch, ...init });
  return { source, send: async (text) => (await network.body(0)).send(text) };
}

test("what a subscriber writes to its event is not for others", async (t) => {
  const { source, send } = open(t);
  const seen = [];
  const spoil = (event) => {
    seen.push(event.data);
    event.data = JSON.parse(event.data);
    event.type = "spoiled";
    event.lastEventId = "spoiled";
    event.origin = "spoiled";
  };
  const loop = source.events();
  const asked = loop.next();
  source.subscribe(spoil);
  source.subscribe(spoil);
  const heard = t.record(source, "ping");
  await send('event: ping\nid: 1\ndata: {"a":1}\n\n');
  const { event } = await heard.next();
  const { value } = await asked;
  assert.deepEqual(seen, ['{"a":1}', '{"a":1}']);
  const origin = "https://fake.test";
  for (const { type, data, lastEventId, origin: from } of [event, value]) {
    assert.deepEqual([type, data, lastEventId, from], ["ping", '{"a":1}', "1", origin]);
  }
  assert.deepEqual([event.json(), value.json()], [{ a: 1 }, { a: 1 }]);
});

test("what a loop writes to its event is not for others, asked when it may", async (t) => {
  const { source, send } = open(t);
  const [one, other] = [source.events(), source.events()];
  const asked = [one.next(), other.next()];
  await send("data: a\n\n");
  const [first, second] = (await Promise.all(asked)).map(({ value }) => value);
  first.data = "spoiled";
  assert.equal(second.data, "a");
});

test("what is called back has no this", async (t) => {
  const seen = [];
  function note() {
    "use strict";
    seen.push(this);
  }
  const { source, send } = open(t, { onComment: note });
  source.subscribe(note);
  await send(": comment\n\ndata: a\n\n");
  await t.next(source, "message");
  assert.deepEqual(seen, [undefined, undefined]);
});

test("what makes requests and judges responses has no this, and what it writes is not for others", async (t) => {
  const seen = [];
  function note(given) {
    "use strict";
    seen.push(this);
    Object(given).body = "spoiled";
  }
  const fetch = function (url, init) {
    "use strict";
    seen.push(this);
    return Promise.resolve(new Response("sent", { status: 500 }));
  };
  const init = { method: "POST", headers: note, body: note, fetch, reconnect: { retryIf: note } };
  const source = t.eventSource("https://fake.test/", init);
  const { body, reason } = await t.next(source, "error");
  assert.deepEqual([body, reason], ["sent", "status"]);
  assert.deepEqual(seen, [undefined, undefined, undefined, undefined]);
});

const CHUNK = "data: a\n\nevent: b\ndata: b\n\nevent: c\ndata: c\n\ndata: d\n\nevent: end\ndata: e\n\n";

/** What is seen of this chunk by a subscriber that awaits something, and by whoever else `others` adds. */
async function traceOf(t, others) {
  const { source, send } = open(t);
  const trace = [];
  const ended = new Promise((resolve) => {
    source.subscribe(async ({ data }) => {
      trace.push(data);
      await null;
      await null;
      trace.push(`${data} after`);
      data === "e" && resolve();
    });
  });
  others(source, trace);
  await send(CHUNK);
  await ended;
  return trace;
}

const ALONE = ["a", "b", "c", "d", "e", "a after", "b after", "c after", "d after", "e after"];

for (const [who, others] of [
  ["nobody", () => {}],
  ["somebody listens to another type", (source) => source.addEventListener("other", () => {})],
  ["somebody subscribes, too", (source) => source.subscribe(() => {})],
  [
    "somebody has listened, and does no longer",
    (source) => {
      const { signal } = new AbortController();
      const aborted = new AbortController();
      const listener = () => {};
      for (const options of [undefined, true, { once: true }, { signal }]) {
        source.addEventListener("b", listener, options);
        source.removeEventListener("b", listener, options);
      }
      source.addEventListener("message", listener, { signal: aborted.signal });
      aborted.abort();
      source.onmessage = listener;
      source.onmessage = null;
      source.addEventListener("c", null);
      source.addEventListener("end", listener, { once: true });
      source.dispatchEvent(new Event("end"));
    },
  ],
]) {
  test(`events that nobody listens to follow each other without turns, where ${who}`, async (t) => {
    assert.deepEqual(await traceOf(t, others), ALONE);
  });
}

test("an event that somebody listens to has a turn of its own, and the others none for that", async (t) => {
  const trace = await traceOf(t, (source, trace) => {
    source.addEventListener("c", async () => {
      trace.push("c heard");
      await null;
      await null;
      trace.push("c heard after");
    });
  });
  const turns = [
    ["a", "b", "a after", "b after"],
    ["c", "c heard", "c after", "c heard after"],
    ["d", "e", "d after", "e after"],
  ];
  assert.deepEqual(trace, turns.flat());
});

test("a type is listened to as long as one of its listeners is there", async (t) => {
  const { source, send } = open(t);
  const calls = [];
  const once = (name) => [name, () => calls.push(name), { once: true }];
  const controller = new AbortController();
  source.subscribe(() => {});
  const listeners = [
    ["capture", () => calls.push("capture"), true],
    ["object", { handleEvent: () => calls.push("object") }],
    once("once"),
    ["signal", () => calls.push("signal"), { signal: controller.signal }],
  ];
  const twice = () => calls.push("twice");
  source.addEventListener("x", twice);
  source.addEventListener("x", twice);
  source.addEventListener("x", twice, true);
  source.removeEventListener("x", twice);
  for (const [, listener, options] of listeners) {
    source.addEventListener("x", listener, options);
    // Of another phase, so that nothing is removed.
    source.removeEventListener("x", listener, options !== true);
  }
  await send("event: x\ndata: 1\n\nevent: x\ndata: 2\n\n");
  await new Promise((resolve) => source.addEventListener("x", ({ data }) => data === "2" && resolve()));
  assert.deepEqual(calls.sort(), ["capture", "capture", "object", "object", "once", "signal", "signal", "twice", "twice"]);
});

test("a listener that is added for once again when it is called is called again", async (t) => {
  const { source, send } = open(t);
  source.subscribe(() => {});
  const seen = [];
  await new Promise((resolve) => {
    source.addEventListener("x", function again({ data }) {
      seen.push(data);
      source.addEventListener("x", again, { once: true });
      data === "3" && resolve();
    }, { once: true });
    send("event: x\ndata: 1\n\nevent: x\ndata: 2\n\nevent: x\ndata: 3\n\n");
  });
  assert.deepEqual(seen, ["1", "2", "3"]);
});

test("a listener for once that is kept from the event is there for the next one", async (t) => {
  const { source, send } = open(t);
  source.subscribe(() => {});
  const seen = [];
  source.addEventListener("x", (event) => event.data === "1" && event.stopImmediatePropagation());
  await new Promise((resolve) => {
    source.addEventListener("x", ({ data }) => resolve(seen.push(data)), { once: true });
    send("event: x\ndata: 1\n\nevent: x\ndata: 2\n\n");
  });
  assert.deepEqual(seen, ["2"]);
});

test("json() of empty data is undefined, and other data that is no JSON names its event", async (t) => {
  const { source, send } = open(t);
  const seen = [];
  source.subscribe((event) => seen.push(event));
  await send(`id: 1\nevent: priming\ndata\n\nevent: named\ndata: {"tim${"x".repeat(100)}\n\nid\ndata: null\n\n`);
  const [{ event: dispatched }] = await t.record(source, "message").take(1);
  const [priming, named] = seen;
  assert.deepEqual([priming.json(), dispatched.json()], [undefined, null]);
  let error;
  try {
    named.json();
  } catch (thrown) {
    error = thrown;
  }
  assert.instanceOf(error, SyntaxError);
  assert.instanceOf(error.cause, SyntaxError);
  assert.match(error.message, /an event "named" with the ID "1" is not JSON: \{"tim/);
  assert.isBelow(error.message.length, 120);
  source.close();
});

test("json() of a message that is dispatched is the same", async (t) => {
  const { source, send } = open(t);
  const heard = t.record(source, "message");
  await send("data\n\ndata: x\n\n");
  const [empty, bad] = await heard.take(2);
  assert.strictEqual(empty.event.json(), undefined);
  assert.throws(() => bad.event.json(), SyntaxError, /an event "message" is not JSON: x/);
});
