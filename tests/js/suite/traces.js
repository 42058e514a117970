import { assert } from "chai";
import { section } from "../harness/registry.js";
import { END } from "../harness/steps.js";
import { Random } from "../harness/random.js";

const test = section("9.2", "Random streams, side by side with the browser's own EventSource");

/** Each run has others. */
const STREAMS = 1000;
/** The engine as JavaScript is the same, translated. */
const STREAMS_IN_JAVASCRIPT = 200;
const AT_ONCE = 2;
const TYPES = ["open", "error", "message", "ping", "x"];

/** What streams are made of: what means something to the standard, and what is next to it. */
const PARTS = [
  ...["data", "data:", "data: ", "data: a", "data:  b ", "data: ü€🎈", "event: ping", "event: x", "event: open", "event:"],
  ...["event: error", "id: 1", "id: ü", "id", "id: a\0b", "retry: 5", "retry: x", ":", ": comment", "Data: a", "foo: bar"],
  ...["\n", "\n", "\n\n", "\n\n", "\r", "\r\n", "\r\n\r\n", "\r\r", "\uFEFF", " ", "a", "\u2028"],
];
const MALFORMED = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x8e], [0xed, 0xa0, 0x80]];

function randomStream(random) {
  const encoder = new TextEncoder();
  // Without a `retry` each stream would take seconds.
  const bytes = [...encoder.encode(`${random.chance(0.2) ? "\uFEFF" : ""}retry: 1\n\n`)];
  for (let count = random.below(40); count > 0; count -= 1) {
    bytes.push(...(random.chance(0.05) ? random.pick(MALFORMED) : encoder.encode(random.pick(PARTS))));
  }
  return bytes;
}

/** The stream in chunks cut anywhere. */
function randomChunks(random, bytes) {
  const steps = [];
  for (let start = 0; start < bytes.length; ) {
    const end = random.chance(0.3) ? bytes.length : start + 1 + random.below(bytes.length - start);
    steps.push({ sendBase64: btoa(String.fromCharCode(...bytes.slice(start, end))) });
    start = end;
  }
  return steps;
}

/** What happens at a source until it is closed or the stream that ends all has come. */
function trace(source, closing) {
  const seen = [];
  let events = 0;
  return new Promise((resolve) => {
    const finish = () => setTimeout(() => setTimeout(() => resolve(seen)));
    const close = (how) => {
      source.close();
      seen.push(`closed ${how} ${source.readyState}`);
      finish();
    };
    for (const type of TYPES) {
      source.addEventListener(type, (event) => {
        events += 1;
        const { data, lastEventId, origin } = event;
        seen.push(JSON.stringify([type, event.constructor.name, source.readyState, data, lastEventId, origin]));
        if (events === closing.event && closing.how === "at once") {
          close("at once");
        }
        settle().then(() => {
          seen.push(`settled ${events}`);
          if (events === closing.event && closing.how === "in a microtask") {
            close("in a microtask");
          }
        });
      });
    }
    source.addEventListener("end of trace", () => close("at the end"));
  });
}

async function settle() {
  await null;
  await null;
}

const ELSEWHERE = "the traces of one engine's native and ours are compared where native is nearest to the standard";
const IN_A_WINDOW = "the traces are compared in a window, which takes long enough";
const OPTIONS = {
  skip: {
    firefox: ELSEWHERE,
    webkit: ELSEWHERE,
    node: ELSEWHERE,
    "dedicated-worker": IN_A_WINDOW,
    "shared-worker": IN_A_WINDOW,
    "service-worker": IN_A_WINDOW,
    native: "this case has both",
  },
  // Less than the silence that run.mjs takes for death.
  timeout: 170_000,
};

test("random streams leave the same trace", OPTIONS, async (t) => {
  const seed = Date.now() % 2 ** 32;
  const count = t.isJavascript ? STREAMS_IN_JAVASCRIPT : STREAMS;
  let next = 0;
  const work = async () => {
    while (next < count) {
      const number = next++;
      const random = new Random(seed + number);
      const steps = randomChunks(random, randomStream(random));
      const closing = { event: 1 + random.below(20), how: random.pick(["not", "at once", "in a microtask"]) };
      const stream = await t.stream([...steps, END], [...steps, END], ["\n\nevent: end of trace\ndata\n\n"]);
      const native = await trace(new globalThis.EventSource(stream.url), closing);
      await stream.again();
      const ours = await trace(t.eventSource(stream.url), closing);
      assert.deepEqual(ours, native, `stream ${number} of seed ${seed}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
});
