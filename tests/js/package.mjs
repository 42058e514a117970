// The package as its users get it: packed, installed into an empty folder, and used in each of the promised ways.
// `node tests/js/package.mjs [FILTER...]`
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { build as viteBuild } from "vite";
import { complaints, measure, table } from "../../pkg/size-budget.mjs";
import { startBrowser } from "./lib/browsers.mjs";
import { environments } from "./lib/environments.mjs";
import { builtAnywhere, inOtherEncodings, sourceMaps } from "./lib/package-build.mjs";
import { contents } from "./lib/package-contents.mjs";
import { downloads } from "./lib/package-downloads.mjs";
import { importedAnywhere, inCommonjs, whereForbidden } from "./lib/package-platforms.mjs";
import { SAMPLE } from "./lib/package-sample.mjs";
import { uncopied } from "./lib/package-uncopied.mjs";
import { installPacked, pack } from "./lib/packed.mjs";
import { onEnd, poll, temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";
import { php } from "./lib/with-php.mjs";
import { compile, PROJECTS } from "./types/projects.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const filter = process.argv.slice(2);

async function main() {
  const tally = new Tally();
  const test = async (name, body) => {
    if (filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()))) {
      await tally.test(name, body);
    }
  };
  const app = join(temporaryFolder(), "app");
  const { tarball, files: packed } = await pack();
  await installPacked(tarball, app);
  await cp(join(here, "package"), app, { recursive: true });
  const origins = await startServer({ "/": app });
  const browser = await startBrowser("chromium", { arguments: await mappedHosts(origins) });

  await contents(test, app, packed);
  await sizes(test, app);
  await builtAnywhere(test);
  await sourceMaps(test, app);
  await types(test, app);
  await inNode(test, app, origins);
  await inCommonjs(test, app, origins);
  await importedAnywhere(test, app, origins);
  await alone(test, app, origins);
  await memory(test, app);
  await faults(test, app, origins);
  await downloads(test, app);
  await environments(test, app);
  await inPages(test, browser, origins);
  await whereForbidden(test, browser, app, origins);
  await inOtherEncodings(test, browser, app);
  await uncopied(test, browser, app);
  await builtWithVite(test, browser, origins, app);
  await mdnGuide(test, browser, origins);
  await php(test, browser, app);
  await browser.stop();
  tally.end({ filtered: filter.length > 0 });
}

/** Of what was installed, and with a budget that is too small: a check that cannot fail is none. */
async function sizes(test, app) {
  const rows = await measure(pathToFileURL(join(app, "node_modules/wasm-eventsource/dist/")));
  console.log(table(rows));
  await test("no entry is larger than its budget", () => {
    assert.deepEqual(complaints(rows), []);
  });
  await test("an entry of one byte more than its budget is complained of", () => {
    const [{ entry, budget, now }] = rows;
    const [complaint, ...others] = complaints([{ entry, budget: now - 1, now }]);
    assert.match(complaint, /^\. is 1 bytes over its budget of /);
    assert.deepEqual([others, budget > 0], [[], true]);
  });
}

async function types(test, app) {
  await cp(join(here, "types"), join(app, "types"), { recursive: true });
  // Other packages that the types have to go with.
  const modules = (folder) => join(folder, "node_modules");
  await mkdir(join(modules(app), "@types"));
  for (const name of ["@types/node", "eventsource", "types-of-node20", "undici"]) {
    await symlink(join(modules(join(here, "../..")), name), join(modules(app), name));
  }
  for (const project of PROJECTS) {
    await test(`${project.name}: use compiles, misuse does not`, async () => {
      assert.equal(await compile(project, join(app, "types")), "");
    });
  }
}

async function inNode(test, app, { origin }) {
  const node = async (...args) => JSON.parse((await run(process.execPath, args, { cwd: app, timeout: 60_000 })).stdout);

  await test("Node: the class, ./external, ./shared and ./polyfill", async () => {
    const { messages, external, shared, polyfilled } = await node("in-node.mjs", origin);
    assert.deepEqual(messages, SAMPLE);
    assert.deepEqual(external, SAMPLE);
    assert.deepEqual(shared, SAMPLE);
    assert.equal(polyfilled, "function");
  });

  await test("Node: importing sets no global and compiles nothing; the first source compiles", async () => {
    assert.deepEqual(await node("on-a-server.mjs"), {
      globals: [],
      compiled: [],
      oneClass: true,
      compiledAtTheFirstSource: true,
    });
  });
}

/** The entry for stream() alone, and what a bundler leaves out of an application that imports one thing. */
async function alone(test, app, { origin }) {
  await test("Node: ./stream alone, whose classes have their names", async () => {
    const { stdout } = await run(process.execPath, ["stream.mjs", origin], { cwd: app, timeout: 60_000 });
    assert.deepEqual(JSON.parse(stdout), { messages: SAMPLE, names: ["StreamEvent", "StreamError"] });
  });

  await test("an application that imports one thing does not get the others", async () => {
    const bundle = async (code) => {
      const stdin = { contents: code, resolveDir: app };
      const { outputFiles } = await build({ stdin, bundle: true, minify: true, format: "esm", write: false, charset: "utf8" });
      return outputFiles[0].text;
    };
    const [everything, stream, streamAlone] = await Promise.all([
      bundle('export * from "wasm-eventsource"'),
      bundle('export { stream } from "wasm-eventsource"'),
      bundle('export { stream } from "wasm-eventsource/stream"'),
    ]);
    // A method of the class that nothing else has.
    const isClassIn = (text) => text.includes("fromReadableStream");
    assert.deepEqual([everything, stream, streamAlone].map(isClassIn), [true, false, false]);
    assert.ok(stream.length < everything.length && streamAlone.length < everything.length);
    for (const entry of ["wasm-eventsource", "wasm-eventsource/external", "wasm-eventsource/shared", "wasm-eventsource/stream"]) {
      const error = await bundle(`export { StreamError } from "${entry}"`);
      assert.ok(error.length < 1700, `StreamError of ${entry} alone is ${error.length} bytes`);
    }
    // Of the engine as JavaScript a bundler cannot know that nothing happens when it is made.
    const inJavascript = await bundle('export { StreamError } from "wasm-eventsource/js"');
    assert.ok(!isClassIn(inJavascript));
  });
}

/** What an application keeps in memory that keeps a few events of a long stream. */
async function memory(test, app) {
  await test("an application that keeps one event in four hundred keeps less than 6 KB with each", async () => {
    const { stdout } = await run(process.execPath, ["--expose-gc", "memory.mjs"], { cwd: app, timeout: 120_000 });
    const measured = Object.entries(JSON.parse(stdout));
    assert.equal(measured.length, 39);
    assert.deepEqual(measured.filter(([, { count, each }]) => count !== 200 || each >= 6000), []);
  });
}

/** What is to happen when something of ours breaks. */
async function faults(test, app, { origin }) {
  const node = async (...args) => run(process.execPath, args, { cwd: app, timeout: 60_000 });

  await test("a trap of the engine ends its source with an error and aborts its request; others go on", async () => {
    const { thrown, trapped, other, closed } = JSON.parse((await node("trap.mjs")).stdout);
    const [[reason, message], ...more] = trapped.errors;
    assert.deepEqual({ ...trapped, errors: more }, { readyState: 2, errors: [], aborted: 1, data: [] });
    assert.equal(reason, "unavailable");
    assert.match(message, /RuntimeError: memory access out of bounds/);
    assert.deepEqual(closed, { readyState: 2, errors: [], aborted: 1 });
    assert.deepEqual(other, { readyState: 1, errors: [], data: ["goes on"] });
    const error = ["StreamError", "unavailable", "RuntimeError"];
    assert.deepEqual(thrown, [error, error]);
  });

  await test("a trap in whatever call of the engine ends its source in the same way, and asks nobody about a refusal", async () => {
    const { accepted, refused } = JSON.parse((await node("trap.mjs")).stdout);
    assert.deepEqual([accepted.whole.readyState, accepted.whole.data, accepted.whole.open], [1, ["a"], 1]);
    assert.ok(accepted.trapped.length > 20, `${accepted.trapped.length}`);
    assert.ok( refused.trapped.length > 6 && refused.whole.asked > 4);
    for (const { readyState, reasons, data, open } of [...accepted.trapped, ...refused.trapped]) {
      assert.deepEqual([readyState, open], [2, 0]);
      assert.deepEqual(reasons.filter((reason) => reason !== "status"), ["unavailable"]);
      assert.ok(data.length === 0 || (data.length === 1 && data[0] === "a"), `${data}`);
    }
    for (const { asked, used } of refused.trapped) {
      assert.equal(asked !== undefined, used > refused.whole.asked, "it is asked once its response is known to be refused");
    }
  });

  await test("a script that is not read as UTF-8 says so", async () => {
    const { readyState, reason, message } = JSON.parse((await node("damaged.mjs")).stdout);
    assert.deepEqual([readyState, reason], [2, "unavailable"]);
    assert.match(message, /not read as UTF-8/);
  });

  await test("of an error that nobody catches Node prints a short report, which begins with its name, and not the code", async () => {
    const report = async (...args) => {
      const flags = ["--no-experimental-require-module", "uncaught.mjs", origin];
      const { code, stderr } = await node(...flags, ...args).catch((failed) => failed);
      assert.equal(code, 1, stderr);
      assert.ok(stderr.length < 1800, `${args} prints ${stderr.length} characters: ${stderr.slice(0, 3000)}`);
      assert.doesNotMatch(stderr, /[\x00-\x08\x0b-\x1f\x7f-\xff]/);
      return stderr;
    };
    for (const how of ["import", "require"]) {
      for (const entry of ["wasm-eventsource", "wasm-eventsource/external", "wasm-eventsource/shared", "wasm-eventsource/stream"]) {
        assert.match(await report(entry, how), /^\s*StreamError: the response has status 500, and only 200 opens a stream\n {4}at /, entry);
      }
      const mistake = await report("wasm-eventsource", how, "argument");
      assert.match(mistake, /^\s*TypeError: Failed to construct 'EventSource': reconnect must be .*\n {4}at /);
    }
  });
}

async function inPages(test, browser, { origin }) {
  const outcomeOf = async (path) => {
    await browser.goTo(origin + path);
    return browser.waitFor("() => window.outcome", `the outcome of ${path}`);
  };

  await test("a plain module script with an import map", async () => {
    assert.deepEqual(await outcomeOf("/module.html"), { messages: SAMPLE, global: false, native: true });
  });

  await test("a window with a setImmediate that calls nothing", async () => {
    assert.deepEqual(await outcomeOf("/set-immediate.html"), { messages: SAMPLE, global: false, native: true });
  });

  await test("a plain script of the global build", async () => {
    assert.deepEqual(await outcomeOf("/global.html"), { messages: SAMPLE, native: false });
  });

  await test("a classic worker by importScripts", async () => {
    assert.deepEqual(await outcomeOf("/worker.html"), { messages: SAMPLE });
  });

  await test("./external loads its WebAssembly as a file", async () => {
    assert.deepEqual(await outcomeOf("/external.html"), { messages: SAMPLE, wasm: ["wasm-eventsource.wasm"] });
  });

  await test("./polyfill leaves a native EventSource alone, ./polyfill/force does not", async () => {
    const expected = { leftAlone: true, installed: true, forced: true, messages: SAMPLE };
    assert.deepEqual(await outcomeOf("/polyfill.html"), expected);
  });

  await test("a policy with 'wasm-unsafe-eval' is enough", async () => {
    const policy = "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'";
    const query = new URLSearchParams({ page: "/module.html", policy });
    assert.deepEqual((await outcomeOf(`/csp?${query}`)).messages, SAMPLE);
  });
}

async function builtWithVite(test, browser, { origin }, app) {
  await test("a production build with Vite, with the class and ./external", async () => {
    await viteBuild({
      root: join(app, "vite"),
      base: "/vite/dist/",
      configFile: false,
      logLevel: "warn",
      build: { outDir: join(app, "vite/dist"), emptyOutDir: true },
    });
    const assets = await readdir(join(app, "vite/dist/assets"));
    assert.ok(assets.some((name) => name.endsWith(".wasm")), `no .wasm among ${assets}`);
    await browser.goTo(`${origin}/vite/dist/index.html`);
    const outcome = await browser.waitFor("() => window.outcome", "the outcome of the built page");
    assert.deepEqual(outcome, { messages: SAMPLE, external: SAMPLE });
  });
}

let loggedIn;

/** example.com is the test server, api.example.com a server that asks for the cookie of its login. */
async function mappedHosts({ origin }) {
  const headers = {
    "Access-Control-Allow-Origin": "http://example.com",
    "Access-Control-Allow-Credentials": "true",
    "Cache-Control": "no-cache",
  };
  const server = createServer((request, response) => {
    if (request.url === "/login") {
      response.writeHead(204, { ...headers, "Set-Cookie": "session=secret; SameSite=Lax" }).end();
    } else if (request.url === "/sse-demo.php") {
      loggedIn = request.headers.cookie;
      response.writeHead(200, { ...headers, "Content-Type": "text/event-stream" });
      response.write('event: ping\ndata: {"time": "2026-01-01T00:00:00+0000"}\n\n');
    } else {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const hosts = { "example.com": new URL(origin).host, "api.example.com": `127.0.0.1:${server.address().port}` };
  const rules = Object.entries(hosts).map(([name, host]) => `MAP ${name}:80 ${host}`);
  return [`--host-resolver-rules=${rules.join(",")}`, "--disable-features=HttpsUpgrades"];
}

async function mdnGuide(test, browser, { origin }) {
  await test("MDN's guide: named and unnamed events, onerror and the reconnect, close()", async () => {
    await browser.goTo(`${origin}/mdn.html`);
    const counts = `() => {
      const items = Array.from(document.querySelectorAll("#list li"), (item) => item.textContent);
      const of = (start) => items.filter((item) => item.startsWith(start)).length;
      return { pings: of("ping at 20"), messages: of("message: This is a message at time 20"), all: items.length };
    }`;
    // The unnamed message comes at random, after ten pings at the latest.
    const before = await browser.waitFor(
      `() => { const counts = (${counts})(); return counts.pings > 0 && counts.messages > 0 ? counts : null; }`,
      "a ping and a message in the list",
    );
    assert.equal(before.pings + before.messages, before.all);
    assert.equal(await browser.run("() => told.length"), 0);

    const { cut } = await (await fetch(`${origin}/demo/cut?client=`, { method: "POST" })).json();
    assert.equal(cut, 1);
    await browser.waitFor("() => told.length > 0 || null", "the error handler's line in the console");
    assert.deepEqual(await browser.run("() => [told[0][0], told[0][1].type, told.length]"), [
      "EventSource failed:",
      "error",
      1,
    ]);
    await browser.waitFor(`() => evtSource.readyState === 1 || null`, "the reconnect");
    await browser.waitFor(`() => (${counts})().pings > ${before.pings} || null`, "a ping after the reconnect");

    await browser.click("#close");
    assert.equal(await browser.run("() => evtSource.readyState"), 2);
    await poll(async () => {
      const response = await fetch(`${origin}/demo/cut?client=`, { method: "POST" });
      return (await response.json()).cut === 0 ? true : undefined;
    }, "the server to see the client leave");
  });

  await test("MDN's guide: another origin, withCredentials and a cookie", async () => {
    loggedIn = undefined;
    await browser.goTo("http://example.com/mdn-cross-origin.html");
    const open = "() => (window.ours !== undefined && evtSource.readyState === 1) || null";
    await browser.waitFor(open, "the stream of the other origin");
    assert.equal(loggedIn, "session=secret");
    assert.deepEqual(await browser.run("() => [ours, evtSource.withCredentials, evtSource.url]"), [
      true,
      true,
      "http://api.example.com/sse-demo.php",
    ]);
  });
}

await withCleanup(main);
