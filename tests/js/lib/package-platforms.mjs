// The package where modules are required, where globals are missing, and where WebAssembly does not come or is forbidden.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { BROWSER_NAMES, startBrowser } from "./browsers.mjs";
import { SAMPLE } from "./package-sample.mjs";

const run = promisify(execFile);

/** In a module of CommonJS; also as by a Node that cannot require what is an ES module, and by tools such as Jest. */
export async function inCommonjs(test, app, { origin }) {
  for (const [how, flags, isOneClass] of [
    ["where Node can require ES modules", [], true],
    ["where Node cannot", ["--no-experimental-require-module"], false],
  ]) {
    await test(`CommonJS, ${how}: every entry, the names of its classes, and StreamError of every copy`, async () => {
      const { stdout } = await run(process.execPath, [...flags, "required.cjs", origin], { cwd: app, timeout: 60_000 });
      const { enumerable, ...outcome } = JSON.parse(stdout);
      const all = "EventSource,StreamError,init,stream";
      assert.deepEqual(outcome, {
        names: ["EventSource", "StreamError", "stream", "stream", "init"],
        namesOfErrors: Array(5).fill("StreamError"),
        keys: [all, all, "StreamError,stream", all, all, "serve"],
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

export async function importedAnywhere(test, app, { origin }) {
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

  await test("without WebAssembly every import works, and a source, too", async () => {
    const { source, stream, ...rest } = await missing("WebAssembly");
    assert.deepEqual([source, stream, rest], ["open", "open", works]);
  });

  await test("without any of it every import works, and the constructor names all that is missing", async () => {
    const { source, ...rest } = await missing(...NEEDED, "DOMException", "MessageEvent", "WebAssembly", "console");
    assert.deepEqual({ ...rest, stream: undefined }, { ...works, stream: undefined });
    for (const name of NEEDED.filter((name) => name !== "fetch")) {
      assert.ok(source.includes(`no ${name}`), `${source} does not name ${name}`);
    }
  });
}

const POLICY = "default-src 'self'; script-src 'self'";

/** Whoever has no `init.js()` in time asks the browser for WebAssembly once, and the browser says that in its console and to the policy's report. */
const ASKING = ["index.js", "external.js", "stream.js", "shared.js", "polyfill-force.js"];

/** Where a policy forbids WebAssembly, the engine is JavaScript. `app` is the folder that is served. */
export async function whereForbidden(test, chromium, app, { origin }) {
  // Of a package from which the engine as JavaScript is missing, too.
  const incomplete = join(app, "incomplete");
  await cp(join(app, "node_modules/wasm-eventsource/dist"), incomplete, { recursive: true });
  await rm(join(incomplete, "engine-in-javascript.js"));
  for (const name of BROWSER_NAMES) {
    const browser = name === "chromium" ? chromium : await startBrowser(name);
    const outcomeOf = async (parameters) => {
      await browser.goTo(`${origin}/csp?${new URLSearchParams({ page: "/policy.html", policy: POLICY, ...parameters })}`);
      return browser.waitFor("() => window.outcome", "the outcome of the page");
    };
    // WebKit tells no page what its policy forbids it.
    const asked = name === "webkit" ? [] : ["wasm-eval"];
    const expected = { isNative: false, messages: SAMPLE, told: [] };
    for (const entry of ASKING) {
      await test(`${name}: events flow from ${entry} where a policy forbids WebAssembly`, async () => {
        const isNative = entry === "stream.js";
        const streamed = entry !== "polyfill-force.js";
        assert.deepEqual(await outcomeOf({ entry }), { ...expected, isNative, streamed, violations: asked });
      });
    }
    await test(`${name}: where WebAssembly is not asked for, nothing is reported`, async () => {
      const silent = { ...expected, streamed: true, violations: [] };
      assert.deepEqual(await outcomeOf({ entry: "js.js" }), silent);
      assert.deepEqual(await outcomeOf({ entry: "index.js", init: "" }), silent);
    });
    await test(`${name}: ./polyfill/force puts the browser's own back if there is no engine of any kind`, async () => {
      const { isNative, messages, told } = await outcomeOf({ entry: "polyfill-force.js", dist: "/incomplete/" });
      assert.deepEqual([isNative, messages, told.length], [true, SAMPLE, 1]);
      assert.match(told[0], /^warn: .*the browser's own EventSource stays\. .*'wasm-unsafe-eval'.*: TypeError: /);
    });
    await test(`${name}: a source without an engine of any kind has one error event, which says why`, async () => {
      const { message, told } = await outcomeOf({ entry: "index.js", dist: "/incomplete/", fails: "" });
      assert.match(message, /WebAssembly is forbidden: the Content-Security-Policy's script-src needs 'wasm-unsafe-eval'/);
      assert.match(message, /could not be loaded as JavaScript: TypeError/);
      assert.match(told.join("\n"), /^error: .*'wasm-unsafe-eval'.*$/);
    });
    if (browser !== chromium) {
      await browser.stop();
    }
  }
}
