// Sources that share a connection, in many windows of real browsers: who leads goes in every way there is, and the server counts.
// `node tests/js/sharing.mjs [--only LIST] [--jobs N] [FILTER...]`
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";
import { BROWSER_NAMES } from "./lib/browsers.mjs";
import { withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";
import { Scene } from "./sharing/scene.mjs";
import { tests } from "./sharing/tests.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values, positionals: filter } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: BROWSER_NAMES.join(",") }, jobs: { type: "string", default: "3" } },
});

async function main() {
  const tally = new Tally();
  const origins = await startServer({ "/sharing": folder("sharing"), "/pkg": folder("../../pkg") });
  const queue = [...planned(values.only.split(","))];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { engine, title, test } = next;
      await tally.test(title, () => Scene.play(test, { engine, title, origins }));
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
  tally.end({ filtered: filter.length > 0 });
}

/** Each test in each browser. No two browsers begin with the same, for some tests keep a processor busy. */
function* planned(engines) {
  for (const index of tests.keys()) {
    for (const [place, engine] of engines.entries()) {
      const test = tests[(index + place * 3) % tests.length];
      const title = `${engine}: ${test.name}`;
      const isWanted = filter.length === 0 || filter.some((part) => title.toLowerCase().includes(part.toLowerCase()));
      if (isWanted && (test.options.only ?? engine) === engine && test.options.not !== engine) {
        yield { engine, title, test };
      }
    }
  }
}

await withCleanup(main);
