// The package as its users get it: packed, installed into an empty folder, and used in each of the promised ways.
// `node tests/js/package.mjs [FILTER...]`
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { decode } from "@jridgewell/sourcemap-codec";
import { build } from "esbuild";
import { build as viteBuild } from "vite";
import { complaints, measure, table } from "../../pkg/size-budget.mjs";
import { BROWSER_NAMES, startBrowser } from "./lib/browsers.mjs";
import { onEnd, poll, temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";
import { php } from "./lib/with-php.mjs";

const run = promisify(execFile);
const here = fileURLToPath(new URL(".", import.meta.url));
const filter = process.argv.slice(2);
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** What the test server's sample stream means. */
const SAMPLE = [
  ["message", "first", ""],
  ["named", "two\nlines", "1"],
  ["message", " space kept", "1"],
  ["message", "", "1"],
  ["message", "é € 🦀", "ü"],
  ["message", "last", ""],
];

async function main() {
  const tally = new Tally();
  const test = async (name, body) => {
    if (filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()))) {
      await tally.test(name, body);
    }
  };
  const app = join(temporaryFolder(), "app");
  const packed = await install(app);
  await cp(join(here, "package"), app, { recursive: true });
  const origins = await startServer({ "/": app });
  const browser = await startBrowser("chromium", { arguments: await mappedHosts(origins) });

  await contents(test, packed);
  await sizes(test, app);
  await builtAnywhere(test);
  await sourceMaps(test, app);
  await types(test, app);
  await inNode(test, app, origins);
  await inCommonjs(test, app, origins);
  await importedAnywhere(test, app, origins);
  await alone(test, app, origins);
  await faults(test, app, origins);
  await downloads(test, app);
  await inPages(test, browser, origins);
  await whereForbidden(test, browser, origins);
  await inOtherEncodings(test, browser, app);
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

/** Packs the package and installs the tarball, and nothing else, into an empty folder. Answers the packed files. */
async function install(app) {
  await mkdir(app);
  const { stdout } = await run(NPM, ["pack", "--json", "--pack-destination", temporaryFolder()], {
    cwd: join(here, "../../pkg"),
  });
  const answer = JSON.parse(stdout);
  const [{ filename, files }] = Object.values(answer);
  await writeFile(join(app, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run(NPM, ["install", "--offline", "--no-audit", "--no-fund", join(temporaryFolder(), filename)], { cwd: app });
  return files.map(({ path }) => path);
}

async function contents(test, packed) {
  await test("the tarball has what the exports name, the README, and no sources", async () => {
    const { exports } = JSON.parse(await readFile(join(here, "../../pkg/package.json"), "utf8"));
    const filesOf = (target) => (typeof target === "string" ? [target] : Object.values(target).flatMap(filesOf));
    for (const path of filesOf(exports).filter((path) => !path.includes("*")).map((path) => path.slice(2))) {
      assert.ok(packed.includes(path), `${path} is not in the tarball`);
    }
    assert.ok(packed.includes("dist/wasm-eventsource.global.js") && packed.includes("dist/wasm-eventsource.wasm"));
    assert.ok(packed.includes("README.md"));
    assert.deepEqual(packed.filter((path) => !/^(dist|types)\/|^(package\.json|README\.md|LICENSE.*)$/.test(path)), []);
  });
}

/** Paths are no URLs: in one a space, `#` and `%` are themselves. */
async function builtAnywhere(test) {
  await test("it is built and packed in a folder whose name is no URL, and comes to the same", async () => {
    const root = join(here, "../..");
    const folder = join(temporaryFolder(), "a folder #1, 100%25 of it");
    const pkg = join(folder, "pkg");
    const sources = (path) => !/[/\\](dist|LICENSE-[^/\\]*|[^/\\]*\.tgz)$/.test(path);
    await cp(join(root, "pkg"), pkg, { recursive: true, filter: sources });
    await Promise.all([
      ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => cp(join(root, name), join(folder, name))),
      symlink(join(root, "node_modules"), join(folder, "node_modules")),
    ]);
    const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
    const engine = join(folder, "engine.wasm");
    await cp(join(target, "wasm32-unknown-unknown/release/wasm_eventsource_npm.wasm"), engine);
    await run(process.execPath, [join(pkg, "build.mjs"), engine], { cwd: temporaryFolder() });
    const names = (await readdir(join(root, "pkg/dist"))).sort();
    assert.deepEqual((await readdir(join(pkg, "dist"))).sort(), names);
    for (const name of names) {
      const [one, other] = await Promise.all([join(root, "pkg/dist", name), join(pkg, "dist", name)].map((path) => readFile(path)));
      assert.ok(one.equals(other), `${name} differs`);
    }
    const { stdout } = await run(NPM, ["pack", "--json", "--pack-destination", folder], { cwd: pkg });
    assert.equal(Object.values(JSON.parse(stdout)).length, 1);
  });
}

/** Each script has a source map with the sources in it. What is behind the module's text, which is put in late, is found, too. */
async function sourceMaps(test, app) {
  const dist = join(app, "node_modules/wasm-eventsource/dist");
  const texts = {
    "index.js": ["Last-Event-ID", "fromReadableStream", "not read as UTF-8", "'stream': it does not reconnect"],
    "index.cjs": ["Last-Event-ID", "fromReadableStream", "not read as UTF-8", "'stream': it does not reconnect"],
    "external.js": ["Last-Event-ID", "fromReadableStream", "could not be downloaded", "'stream': it does not reconnect"],
    "stream.js": ["Last-Event-ID", "not read as UTF-8", "'stream': it does not reconnect"],
    "wasm-eventsource.global.js": ["Last-Event-ID", "fromReadableStream", "own EventSource stays"],
    "polyfill-force.js": ["own EventSource stays"],
    "polyfill-force.cjs": ["own EventSource stays"],
  };
  for (const [name, tokens] of Object.entries(texts)) {
    await test(`the source map of ${name} leads to the sources`, async () => {
      const script = await readFile(join(dist, name), "utf8");
      assert.ok(script.endsWith(`\n//# sourceMappingURL=${name}.map\n`));
      const { sources, sourcesContent, mappings } = JSON.parse(await readFile(join(dist, `${name}.map`), "utf8"));
      const lines = decode(mappings);
      for (const token of tokens) {
        const before = script.slice(0, script.indexOf(token)).split("\n");
        const segment = lines[before.length - 1].findLast(([column]) => column <= before.at(-1).length);
        const [, source, line] = segment;
        const original = sourcesContent[source].split("\n").slice(line, line + 2);
        assert.ok(original.join("\n").includes(token), `${token} is not in ${sources[source]} at ${line + 1}: ${original[0]}`);
      }
      assert.ok(sourcesContent.every((content) => content.length < 30_000), "the module's text is in the map");
    });
  }
}

async function types(test, app) {
  await cp(join(here, "types"), join(app, "types"), { recursive: true });
  for (const [compiler, resolution] of [
    ["typescript", "bundler"],
    ["typescript", "node16"],
    ["typescript5", "bundler"],
    ["typescript5", "node16"],
  ]) {
    const tsc = join(here, "../../node_modules", compiler, "bin/tsc");
    const version = compiler === "typescript5" ? "TypeScript 5" : "TypeScript";
    await test(`${version} with moduleResolution ${resolution}: use compiles, misuse does not`, async () => {
      const config = join(app, `types/tsconfig.${resolution}.json`);
      const compiled = run(process.execPath, [tsc, "-p", config], { cwd: app });
      // Failed, it tells the errors in its output; the rest is for a compiler that is missing or crashes.
      const { code = 0, stdout, stderr } = await compiled.catch((failed) => failed);
      assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
    });
  }
}

async function inNode(test, app, { origin }) {
  const node = async (...args) => JSON.parse((await run(process.execPath, args, { cwd: app, timeout: 60_000 })).stdout);

  await test("Node: the class, ./external and ./polyfill", async () => {
    const { messages, external, polyfilled } = await node("in-node.mjs", origin);
    assert.deepEqual(messages, SAMPLE);
    assert.deepEqual(external, SAMPLE);
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

/** In a module of CommonJS; also as by a Node that cannot require what is an ES module, and by tools such as Jest. */
async function inCommonjs(test, app, { origin }) {
  for (const [how, flags, isOneClass] of [
    ["where Node can require ES modules", [], true],
    ["where Node cannot", ["--no-experimental-require-module"], false],
  ]) {
    await test(`CommonJS, ${how}: every entry, the names of its classes, and StreamError of every copy`, async () => {
      const { stdout } = await run(process.execPath, [...flags, "required.cjs", origin], { cwd: app, timeout: 60_000 });
      const { enumerable, ...outcome } = JSON.parse(stdout);
      const all = "EventSource,StreamError,init,stream";
      assert.deepEqual(outcome, {
        names: ["EventSource", "StreamError", "stream", "stream", "init", ...Array(5).fill("StreamError")],
        keys: [all, all, "StreamError,stream"],
        messages: SAMPLE,
        globals: { before: "undefined", polyfilled: true, forced: true },
        isOneClass,
        isOneInCommonjs: true,
        known: true,
        othersKnown: Array(7).fill(false),
        derived: [false, true, false, true, true],
      });
      assert.ok(enumerable.includes("reason"), `${enumerable}`);
    });
  }
}

/** What a source needs of the platform. WebAssembly is of another kind: there the source fails, as where a policy forbids it. */
const NEEDED = [
  ...["AbortController", "Event", "EventTarget", "Headers", "Request", "TextDecoder", "TextEncoder", "URL"],
  ...["fetch", "performance", "queueMicrotask"],
];

/** What it does without. Node has no use for some of it. */
const NOT_NEEDED = [
  ...["DOMException", "MessageChannel", "MessageEvent", "ReadableStream", "Response", "URLSearchParams", "console"],
  ...["document", "location", "origin", "process", "reportError", "setImmediate", "structuredClone"],
];

/** Of these a stream has no need. */
const FOR_SOURCES_ALONE = ["Event", "EventTarget"];

async function importedAnywhere(test, app, { origin }) {
  const missing = async (...names) => {
    const args = ["missing.mjs", names.join(), origin];
    return JSON.parse((await run(process.execPath, args, { cwd: app, timeout: 20_000 })).stdout);
  };
  const works = { failed: [], constants: [0, 2], later: [["message", "last", ""]], inherits: true, thrown: "SyntaxError" };
  const saysSo = (text, action, name) => {
    assert.equal(text, `TypeError: Failed to ${action}: there is no ${name} here. Load a polyfill before.`);
  };

  for (const name of NEEDED) {
    await test(`without ${name} every import works, the constructor says so, and a later polyfill is enough`, async () => {
      const { source, stream, ...rest } = await missing(name);
      assert.deepEqual(rest, works);
      saysSo(source, "construct 'EventSource'", name);
      if (FOR_SOURCES_ALONE.includes(name)) {
        assert.equal(stream, "open");
      } else {
        saysSo(stream, "execute 'stream'", name);
      }
    });
  }

  await test(`without ${NOT_NEEDED.join(", ")} every import works, and a source, too`, async () => {
    for (const name of NOT_NEEDED.filter((name) => name in globalThis && name !== "process")) {
      const { source, stream, ...rest } = await missing(name);
      assert.deepEqual([name, source, stream, rest], [name, "open", "open", works]);
    }
  });

  await test("without WebAssembly every import works, and the error event says so", async () => {
    const { source, stream, ...rest } = await missing("WebAssembly");
    assert.deepEqual(rest, works);
    for (const text of [source, stream]) {
      assert.match(text, /there is no WebAssembly/);
      assert.doesNotMatch(text, /Policy/);
    }
  });

  await test("without any of it every import works, and the constructor names all that is missing", async () => {
    const { source, ...rest } = await missing(...NEEDED, "DOMException", "MessageEvent", "WebAssembly", "console");
    assert.deepEqual({ ...rest, stream: undefined }, { ...works, stream: undefined });
    for (const name of NEEDED.filter((name) => name !== "fetch")) {
      assert.ok(source.includes(`no ${name}`), `${source} does not name ${name}`);
    }
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
    const [everything, stream, streamAlone, error] = await Promise.all([
      bundle('export * from "wasm-eventsource"'),
      bundle('export { stream } from "wasm-eventsource"'),
      bundle('export { stream } from "wasm-eventsource/stream"'),
      bundle('export { StreamError } from "wasm-eventsource"'),
    ]);
    // A method of the class that nothing else has.
    const isClassIn = (text) => text.includes("fromReadableStream");
    assert.deepEqual([everything, stream, streamAlone, error].map(isClassIn), [true, false, false, false]);
    assert.ok(stream.length < everything.length && streamAlone.length < everything.length);
    assert.ok(error.length < 2000, `StreamError alone is ${error.length} bytes`);
  });
}

/** What is to happen when something of ours breaks. */
async function faults(test, app, { origin }) {
  const node = async (...args) => run(process.execPath, args, { cwd: app, timeout: 60_000 });

  await test("a trap of the engine ends its source with an error and aborts its request; others go on", async () => {
    const { trapped, other } = JSON.parse((await node("trap.mjs")).stdout);
    const [[reason, message], ...more] = trapped.errors;
    assert.deepEqual({ ...trapped, errors: more }, { readyState: 2, errors: [], aborted: true, data: [] });
    assert.equal(reason, "unavailable");
    assert.match(message, /RuntimeError: memory access out of bounds/);
    assert.deepEqual(other, { readyState: 1, errors: [], data: ["goes on"] });
  });

  await test("a script that is not read as UTF-8 says so", async () => {
    const { readyState, reason, message } = JSON.parse((await node("damaged.mjs")).stdout);
    assert.deepEqual([readyState, reason], [2, "unavailable"]);
    assert.match(message, /not read as UTF-8/);
  });

  await test("the stack trace of an uncaught error does not print the module", async () => {
    const { code, stderr } = await node("uncaught.mjs", origin).catch((failed) => failed);
    assert.equal(code, 1);
    assert.match(stderr, /StreamError: the response has status 500/);
    // What Node prints is the line of the script, which is that of the code and not that of the module.
    assert.doesNotMatch(stderr, /[\x00-\x08\x0e-\x1f\x7f-\xff]/);
  });
}

/** `./external`, whose WebAssembly may not come, or comes from elsewhere. */
async function downloads(test, app) {
  let results;
  await test("./external: every case of downloads is played to its end", async () => {
    // It ends by itself: no timer is left of a source that is closed.
    results = JSON.parse((await run(process.execPath, ["downloads.mjs"], { cwd: app, timeout: 30_000 })).stdout);
  });
  const lost = (attempt, message) => [0, "unavailable", attempt, "number", message];
  const withoutMessages = (log) => log.map((entry) => (Array.isArray(entry) ? entry.slice(0, 4) : entry));
  const URL_OF_IT = /file:.*\/dist\/wasm-eventsource\.wasm/;

  await test("./external: a download that fails for now is a lost attempt, and all sources share one", () => {
    assert.deepEqual(withoutMessages(results.retried), [...[1, 2, 3, 4, 5].map((attempt) => lost(attempt).slice(0, 4)), "x"]);
    results.retried.slice(0, 5).forEach(([, , , , message]) => assert.match(message, URL_OF_IT));
    assert.match(results.retried[2][4], /status 503$/);
    assert.deepEqual([results.retriedDownloads, results.shared], [6, ["x", "x", "x"]]);
    // The second ones of three sources may begin at three times.
    assert.ok(results.sharedDownloads <= 4, `${results.sharedDownloads} downloads`);
  });

  await test("./external: the limits of reconnecting are those of downloads, too; reconnect(), online and close() end a wait", () => {
    const closed = (attempt) => [2, "unavailable", attempt, "undefined"];
    assert.deepEqual(withoutMessages(results.limited), [lost(1).slice(0, 4), lost(2).slice(0, 4), closed(3)]);
    assert.deepEqual(withoutMessages(results.never), [closed(1)]);
    assert.deepEqual(withoutMessages(results.reconnected), [lost(1).slice(0, 4), "x"]);
    assert.deepEqual(withoutMessages(results.online), [lost(1).slice(0, 4), "x"]);
    assert.deepEqual([results.delays, results.closed.length, results.closedDownloads], [true, 1, 1]);
  });

  await test("./external: a file that is not there, or a page in its place, is named with what to do, and final", () => {
    for (const [name, words] of [["missing", /status 404/], ["forbidden", /status 403/], ["html", /a page \(text\/html\)/], ["garbage", /damaged/]]) {
      const [[readyState, reason, , , message], downloads, lines] = results[name];
      assert.deepEqual([name, readyState, reason, downloads, lines], [name, 2, "unavailable", 1, 1]);
      for (const text of [message, results[`${name}Stream`]]) {
        assert.match(text, words);
        assert.match(text, URL_OF_IT);
        assert.doesNotMatch(text, /Policy/);
        assert.equal(text.includes("init({ wasm })"), name !== "garbage");
      }
    }
  });

  await test("./external: init() takes a URL, a response, bytes, a module, or a promise, and complains of all else", () => {
    for (const [name, ...files] of [["url", "a.wasm"], ["string", "b.wasm"], ["response"], ["promise"], ["buffer"], ["view"], ["module"], ["moduleLater"]]) {
      assert.deepEqual([name, ...results[`init ${name}`]], [name, "x", ...files]);
    }
    results.bad.forEach((thrown, index) => assert.match(`${thrown}`, /^TypeError: Failed to execute 'init': /, `case ${index}`));
    assert.match(results.late, /^Error: Failed to execute 'init': .*loaded already/);
    for (const [name, words] of [["refused", /status 500/], ["rejected", /not today/]]) {
      assert.deepEqual(withoutMessages(results[name]), [[2, "unavailable", 1, "undefined"]]);
      assert.match(results[name][0][4], words);
    }
    assert.deepEqual([results.afterFailure, results.inline], [["x"], null]);
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

  await test("a policy without 'wasm-unsafe-eval': native stays, ours fails with one console message", async () => {
    const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'";
    const query = new URLSearchParams({ page: "/policy.html", policy });
    const { leftAlone, messages, states, told } = await outcomeOf(`/csp?${query}`);
    assert.equal(leftAlone, true);
    assert.deepEqual(messages, SAMPLE);
    assert.deepEqual(states, [
      [0, 2],
      [0, 2],
    ]);
    assert.equal(told.length, 1, told.join("\n"));
    assert.match(told[0], /'wasm-unsafe-eval'/);
    assert.match(told[0], /Content-Security-Policy/);
  });

  await test("a policy with 'wasm-unsafe-eval' is enough", async () => {
    const policy = "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'";
    const query = new URLSearchParams({ page: "/module.html", policy });
    assert.deepEqual((await outcomeOf(`/csp?${query}`)).messages, SAMPLE);
  });
}

/** Every browser has words and exceptions of its own for WebAssembly that a policy forbids. */
async function whereForbidden(test, chromium, { origin }) {
  for (const name of BROWSER_NAMES) {
    await test(`${name}: ./polyfill/force leaves the browser's own where a policy forbids WebAssembly, and says so once`, async () => {
      const browser = name === "chromium" ? chromium : await startBrowser(name);
      const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'";
      await browser.goTo(`${origin}/csp?${new URLSearchParams({ page: "/force-policy.html", policy })}`);
      const { told, message, after, ...rest } = await browser.waitFor("() => window.outcome", "the outcome of the page");
      assert.deepEqual(rest, {
        leftAlone: { module: true, classic: true },
        messages: SAMPLE,
        installed: true,
        reason: "unavailable",
      });
      // Once by each of the two scripts.
      assert.match(told.join("\n"), /^(warn: .*the browser's own EventSource stays\.\n?){2}$/);
      assert.match(message, /Content-Security-Policy.*'wasm-unsafe-eval'/);
      assert.match(after.join("\n"), /^error: .*'wasm-unsafe-eval'/);
      if (browser !== chromium) {
        await browser.stop();
      }
    });
  }
}

/**
 * Bundled into a classic script, which is read as the page is. A script with characters above U+007F is damaged then, and says so
 * itself, unless it is the syntax that is damaged. Shift_JIS takes some backslashes for halves of characters.
 */
async function inOtherEncodings(test, browser, app) {
  const encodings = ["utf-8", "windows-1252", "shift_jis", "gbk", "big5", "euc-jp", "euc-kr", "koi8-r", "iso-2022-jp"];
  const scripts = new Map();
  const server = createServer(({ url }, response) => {
    const [, name, encoding] = url.split("/");
    if (name === "events") {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).end("data: é\n\n");
    } else if (encoding === undefined) {
      // Without a charset, which would outdo the page's.
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(scripts.get(name));
    } else {
      const html = `<!doctype html><meta charset="${encoding}"><script>onerror = (message) => (window.outcome = { message })</script>`;
      response.writeHead(200, { "Content-Type": "text/html" }).end(`${html}<script src="/${name}"></script>`);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const bundled = async (name, options) => {
    const entryPoints = [join(app, "encodings.mjs")];
    const { outputFiles } = await build({ entryPoints, bundle: true, format: "iife", write: false, ...options });
    scripts.set(name, Buffer.from(outputFiles[0].contents));
  };
  const outcomeOf = async (name, encoding) => {
    await browser.goTo(`http://127.0.0.1:${server.address().port}/${name}/${encoding}`);
    return browser.waitFor("() => window.outcome", `the outcome of ${name} in ${encoding}`);
  };

  for (const minify of [false, true]) {
    const how = minify ? "minified" : "as it is";
    await test(`in a classic script in ASCII, ${how}, it works in each encoding`, async () => {
      await bundled("ascii.js", { minify });
      // The last one takes control characters for its own.
      for (const encoding of encodings.slice(0, -1)) {
        assert.deepEqual([encoding, await outcomeOf("ascii.js", encoding)], [encoding, { data: "é" }]);
      }
    });
    await test(`in a classic script in UTF-8, ${how}, it says so in each encoding that is another`, async () => {
      await bundled("utf8.js", { minify, charset: "utf8" });
      assert.deepEqual(await outcomeOf("utf8.js", "utf-8"), { data: "é" });
      for (const encoding of encodings.slice(1)) {
        const { reason, message } = await outcomeOf("utf8.js", encoding);
        assert.deepEqual([encoding, reason], [encoding, "unavailable"], message);
        assert.match(message, /not read as UTF-8/);
      }
    });
  }
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
