// The package in runtimes that are neither Node nor a browser: the suite in Bun, Deno and workerd, and what only a platform has on which
// requests are kept apart. `node tests/js/runtimes.mjs [FILTER...]`
import assert from "node:assert/strict";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { END } from "./harness/steps.js";
import { ScriptedStream } from "./harness/stream.js";
import { bundleSuite } from "./lib/bundle.mjs";
import { temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { installRuntimes, startScript, startWorker } from "./lib/runtimes.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";
import { knownIn, leftOutIn } from "./runtimes/known.js";

const filter = process.argv.slice(2);
const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const suite = join(temporaryFolder(), "suite.js");

/** What Workers may ask workerd for: Node's modules; none of them; and what was there before MessageChannel and a `cache` of requests. */
const TODAY = { date: "2026-11-01" };
const WITHOUT_NODE = { date: "2026-11-01", flags: ["no_nodejs_compat"] };
const OLD = { date: "2024-01-01" };

/** What else there is to test does not depend on Node's modules. */
const OF_TURNS = ["each event is a task", "event handler attributes", "subscribers: their objects and their turns"];

async function main() {
  const tally = new Tally();
  const versions = await installRuntimes();
  await bundleSuite(suite);
  const origins = await startServer({ "/": temporaryFolder() });
  const lines = [
    await runSuite(tally, origins, { runtime: "bun", version: versions.bun }),
    await runSuite(tally, origins, { runtime: "deno", version: versions.deno }),
    await runSuite(tally, origins, { runtime: "workerd", version: versions.workerd, compatibility: TODAY }),
  ];
  if (filter.length === 0) {
    lines.push(await runSuite(tally, origins, { runtime: "workerd", version: versions.workerd, compatibility: WITHOUT_NODE, only: OF_TURNS }));
  }
  for (const compatibility of [TODAY, WITHOUT_NODE, OLD]) {
    await requests(tally, origins, compatibility);
  }
  console.log(`\n${lines.join("\n")}\n`);
  tally.end({ filtered: filter.length > 0 });
}

/** Runs the suite and counts its cases. Answers a line about them. */
async function runSuite(tally, origins, { runtime, version, compatibility, only = [] }) {
  const name = [runtime, version, compatibility && nameOf(compatibility)].filter(Boolean).join(" ");
  const environment = { ...origins, engine: runtime, scope: "node", implementation: "ours", without: leftOutIn(runtime) };
  const given = { ...environment, filter: [...filter, ...only] };
  const known = knownIn(runtime);
  const counts = { passed: 0, failed: 0, expected: 0, skipped: 0 };
  let isDone = false;
  const fail = (sentence, failure) => {
    counts.failed += 1;
    tally.fail(`${name}: ${sentence}`, failure);
  };
  const { reports, stop } = compatibility === undefined ? inScript(runtime, given) : await inWorker(compatibility, given);
  for await (const line of reports) {
    const report = JSON.parse(line);
    if (report.done) {
      isDone = true;
      break;
    }
    const { section, sentence, outcome, again } = report;
    const why = known.get(sentence);
    if (outcome === "skipped") {
      counts.skipped += 1;
    } else if (outcome === "passed" && why === undefined) {
      counts.passed += 1;
      tally.pass();
    } else if (outcome === "passed") {
      fail(`${section}: ${sentence}`, { message: `it passes, and runtimes/known.js says that it fails: ${why}` });
    } else if (!again && why === undefined) {
      fail(`${section}: ${sentence}`, report);
    } else if (!again) {
      counts.expected += 1;
    }
  }
  await stop();
  if (!isDone) {
    fail("the suite", { message: "it has not come to its end" });
  }
  return `${name.padEnd(36)} ${counts.passed} passed, ${counts.failed} failed, ${counts.expected} known to fail, ${counts.skipped} not applicable`;
}

const nameOf = ({ date, flags = [] }) => [date, ...flags].join(" ");

function inScript(runtime, environment) {
  const data = JSON.stringify({ ...environment, suite, dist: folder("../../pkg/dist") });
  const { child, stop } = startScript(runtime, folder("scopes/node.mjs"), data);
  return { reports: createInterface({ input: child.stdout }), stop };
}

async function inWorker(compatibility, environment) {
  const { origin, stop } = await startWorker("suite", { compatibility, suite });
  const response = await fetch(origin, { method: "POST", body: JSON.stringify(environment) });
  return { reports: createInterface({ input: Readable.fromWeb(response.body) }), stop };
}

/** A Worker that uses the package. What one request asks for is nothing to another one. */
async function requests(tally, origins, compatibility) {
  const { origin, stop } = await startWorker("requests", { compatibility });
  let streams = 0;
  const scripted = async (...attempts) => {
    streams += 1;
    return new ScriptedStream(origins, `requests-${nameOf(compatibility).replaceAll(" ", "-")}-${streams}`).put(attempts);
  };
  const ask = async (path, { url }) => {
    const response = await fetch(`${origin}${path}?${new URLSearchParams({ stream: url })}`, { signal: AbortSignal.timeout(15_000) });
    assert.equal(response.status, 200);
    return response.json();
  };
  const test = async (sentence, body) => {
    const name = `workerd ${nameOf(compatibility)}: ${sentence}`;
    if (filter.length === 0 || filter.some((part) => name.includes(part))) {
      await tally.test(name, body);
    }
  };
  const two = "retry: 20\ndata: one\n\ndata: two\n\nevent: fin\ndata\n\n";

  await test("every entry works, also where the polyfill takes the place of the platform's own class", async () => {
    const stream = await scripted([two]);
    const seen = ["one", "two"];
    const expected = { isOurs: true, global: seen, index: seen, external: seen, stream: seen, alone: seen, loop: seen };
    assert.deepEqual(await ask("/entries", stream), expected);
    await stream.requests({ count: 6, ended: 6 });
  });

  await test("the entry for shared connections has sources that share nothing", async () => {
    const stream = await scripted([two, END], [two]);
    assert.deepEqual((await ask("/shared", stream)).length, 2);
  });

  await test("a handler is called once, in its place among the listeners, whoever dispatches", async () => {
    const stream = await scripted(["retry: 20\ndata: one\n\n", END]);
    const of = (data) => [`first ${data}`, `handler ${data}`, `second ${data}, function`];
    assert.deepEqual(await ask("/handlers", stream), [...of("own"), "open", ...of("one"), "error"]);
  });

  await test("a request that ends with an open source takes nobody's turns with it", async () => {
    const open = await scripted([two.repeat(100)]);
    for (let count = 0; count < 3; count += 1) {
      assert.equal(await ask("/left", open), "left");
    }
    assert.deepEqual((await ask("/entries", await scripted([two]))).index, ["one", "two"]);
  });

  await test("requests at the same time have their own events", async () => {
    const streams = await Promise.all(["a", "b", "c"].map((data) => scripted([`data: ${data}\n\n`.repeat(50), "event: fin\ndata\n\n"])));
    const answers = await Promise.all(streams.map((stream) => ask("/entries", stream)));
    const expected = ["a", "b", "c"].map((data) => Array(50).fill(data));
    assert.deepEqual(answers.map(({ index }) => index), expected);
    assert.deepEqual(answers.map(({ loop }) => loop), expected);
  });

  await test("a request with a header of its own follows no redirect", async () => {
    const elsewhere = await scripted([two]);
    const redirect = { url: `${origins.origin}/redirect/302?${new URLSearchParams({ to: elsewhere.url })}` };
    const { reason, message } = await ask("/redirected", redirect);
    assert.equal(reason, "status");
    assert.match(message, /302/);
    assert.equal(await elsewhere.countStaysAt(0), true);
  });

  await stop();
}

await withCleanup(main);
