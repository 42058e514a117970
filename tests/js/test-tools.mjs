// What applications test and develop with: MSW, Sinon's fake timers, Playwright's route, React's StrictMode and hot reloading.
// `node tests/js/test-tools.mjs [FILTER...]`
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { END } from "./harness/steps.js";
import { ScriptedStream } from "./harness/stream.js";
import { startBrowser } from "./lib/browsers.mjs";
import { installPackages } from "./lib/installed.mjs";
import { program } from "./lib/programs.mjs";
import { onEnd, temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";

const filter = process.argv.slice(2);
const folder = fileURLToPath(new URL("test-tools/", import.meta.url));
const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
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
  const origins = await startServer({ "/": pages, "/pkg": pkg });
  let streams = 0;
  const scripted = async (...attempts) => {
    streams += 1;
    return new ScriptedStream(origins, `tools-${streams}`).put(attempts);
  };
  const node = async (script, ...given) => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, script), ...given], { timeout: MAX_TIME });
    return JSON.parse(stdout);
  };

  await test(`MSW ${versions.msw}: sse(), a handler of http, and what it lets pass`, async () => {
    const both = (...message) => [[message], [message]];
    assert.deepEqual(await node("msw.mjs", (await scripted(["id: 3\ndata: real\n\nevent: fin\ndata\n\n"])).url), {
      sse: both("of sse()", "1"),
      http: both("of http", "2"),
      passed: both("real", "3"),
    });
  });

  await test(`Sinon ${versions.sinon}: events and another connection come while its clock stands still`, async () => {
    const stream = await scripted(["data: one\n\n", END], ["data: two\n\nevent: fin\ndata\n\n"]);
    assert.deepEqual(await node("sinon.mjs", stream.url), ["one", "ended", "two", "message"]);
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

  await test(`Playwright ${versions["playwright-core"]}: what its route answers, and what it lets pass`, async () => {
    await writeFile(join(pages, "blank.html"), '<!doctype html><meta charset="utf-8"><title>Playwright</title>');
    const stream = await scripted(["data: real\n\nevent: fin\ndata\n\n"]);
    const routed = "of the route";
    assert.deepEqual(await node("playwright.mjs", `${origins.origin}/blank.html`, stream.url, program("CHROMIUM")), {
      ofTwoConnections: [routed, routed],
      streamed: [routed],
      passed: ["real"],
      lastEventIds: [null, "1", null],
    });
  });

  await test(`React ${versions.react}: a component that is changed has another source, and its former one is closed`, async () => {
    const { startHotReloading } = await import("./test-tools/hot-reloading.mjs");
    const server = await startHotReloading(await mkdtemp(join(temporaryFolder(), "hot-")), pkg);
    onEnd(server.stop);
    const stream = await scripted({ cors: { allowOrigin: "*" }, steps: ["data: one\n\n"] }, { cors: { allowOrigin: "*" }, steps: ["data: two\n\n"] });
    const browser = await startBrowser("chromium");
    await browser.goTo(`${server.url}?${new URLSearchParams({ stream: stream.url })}`);
    const one = "one in version 1";
    const has = (message) => browser.waitFor(`() => window.messages?.includes(${JSON.stringify(message)}) ? window.messages : undefined`, message);
    assert.deepEqual(await has(one), [one]);
    await server.change();
    assert.deepEqual(await has("two in version 2"), [one, "two in version 2"]);
    const [former, ...others] = await stream.requests({ count: 2, ended: 1 });
    await browser.stop();
    assert.deepEqual([former.endedBy, others.map(({ endedBy }) => endedBy)], ["client", [null]]);
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
