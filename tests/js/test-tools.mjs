// What applications test and develop with: MSW, Sinon's fake timers, React's StrictMode. `node tests/js/test-tools.mjs [FILTER...]`
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { END } from "./harness/steps.js";
import { ScriptedStream } from "./harness/stream.js";
import { startBrowser } from "./lib/browsers.mjs";
import { installPackages } from "./lib/installed.mjs";
import { temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";

const filter = process.argv.slice(2);
const folder = fileURLToPath(new URL("test-tools/", import.meta.url));
const MAX_TIME = 20_000;

async function main() {
  const tally = new Tally();
  const test = async (name, body) => {
    if (filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()))) {
      await tally.test(name, body);
    }
  };
  const versions = await installPackages(folder);
  const pages = join(temporaryFolder(), "pages");
  await mkdir(pages);
  const origins = await startServer({ "/": pages });
  let streams = 0;
  const scripted = async (...attempts) => {
    streams += 1;
    return new ScriptedStream(origins, `tools-${streams}`).put(attempts);
  };
  const node = async (program, { url }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, program), url], { timeout: MAX_TIME });
    return JSON.parse(stdout);
  };

  await test(`MSW ${versions.msw}: sse(), a handler of http, and what it lets pass`, async () => {
    const both = (...message) => [[message], [message]];
    assert.deepEqual(await node("msw.mjs", await scripted(["id: 3\ndata: real\n\nevent: fin\ndata\n\n"])), {
      sse: both("of sse()", "1"),
      http: both("of http", "2"),
      passed: both("real", "3"),
    });
  });

  await test(`Sinon ${versions.sinon}: events and another connection come while its clock stands still`, async () => {
    const stream = await scripted(["data: one\n\n", END], ["data: two\n\nevent: fin\ndata\n\n"]);
    assert.deepEqual(await node("sinon.mjs", stream), ["one", "ended", "two", "message"]);
  });

  await test(`React ${versions.react}: under StrictMode one source is left, and no message comes twice`, async () => {
    await makePage(pages);
    const stream = await scripted(["data: one\n\ndata: two\n\nevent: fin\ndata\n\n"]);
    const browser = await startBrowser("chromium");
    await browser.goTo(`${origins.origin}/strict-mode.html?${new URLSearchParams({ stream: stream.path })}`);
    const outcome = await browser.waitFor("() => window.outcome", "the outcome of the page");
    await browser.stop();
    assert.deepEqual(outcome, { states: [2], messages: ["one", "two"] });
  });

  tally.end({ filtered: filter.length > 0 });
}

/** With React as it is in development: otherwise StrictMode does nothing. */
async function makePage(pages) {
  await build({
    entryPoints: [join(folder, "strict-mode.jsx")],
    outfile: join(pages, "strict-mode.js"),
    bundle: true,
    format: "esm",
    charset: "utf8",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"development"' },
    logLevel: "warning",
  });
  const html = '<!doctype html><meta charset="utf-8"><title>StrictMode</title><link rel="icon" href="data:,"><div id="root"></div>';
  await writeFile(join(pages, "strict-mode.html"), `${html}<script type="module" src="strict-mode.js"></script>`);
}

await withCleanup(main);
