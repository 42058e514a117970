// What is built: anywhere, with source maps, and into scripts that are read in other encodings.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { cp, readdir, readFile, symlink } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { decode } from "@jridgewell/sourcemap-codec";
import { build } from "esbuild";
import { onEnd, temporaryFolder } from "./resources.mjs";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** Paths are no URLs: in one a space, `#` and `%` are themselves. */
export async function builtAnywhere(test) {
  await test("it is built and packed in a folder whose name is no URL, and comes to the same", async () => {
    const folder = join(temporaryFolder(), "a folder #1, 100%25 of it");
    const pkg = join(folder, "pkg");
    const sources = (path) => !/[/\\](dist|LICENSE-[^/\\]*|[^/\\]*\.tgz)$/.test(path);
    await cp(join(root, "pkg"), pkg, { recursive: true, filter: sources });
    await Promise.all([
      ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => cp(join(root, name), join(folder, name))),
      symlink(join(root, "node_modules"), join(folder, "node_modules")),
    ]);
    const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
    const engines = await Promise.all(
      [target, ...["sharing", "javascript", "shared-javascript"].map((name) => join(target, name))].map(async (from, index) => {
        const engine = join(folder, `engine-${index}.wasm`);
        await cp(join(from, "wasm32-unknown-unknown/release/wasm_eventsource_npm.wasm"), engine);
        return engine;
      }),
    );
    await run(process.execPath, [join(pkg, "build.mjs"), ...engines], { cwd: temporaryFolder() });
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
export async function sourceMaps(test, app) {
  const dist = join(app, "node_modules/wasm-eventsource/dist");
  const texts = {
    "index.js": ["Last-Event-ID", "fromReadableStream", "not read as UTF-8", "it does not reconnect"],
    "index.cjs": ["Last-Event-ID", "fromReadableStream", "not read as UTF-8", "it does not reconnect"],
    "external.js": ["Last-Event-ID", "fromReadableStream", "could not be downloaded", "it does not reconnect"],
    "shared.js": ["Last-Event-ID", "fromReadableStream", "not read as UTF-8", "shared.worker cannot be given"],
    "shared-worker.js": ["Last-Event-ID", "not read as UTF-8", "post-to-all"],
    "js.js": ["Last-Event-ID", "fromReadableStream", "Failed to execute 'init'", "it does not reconnect"],
    "stream.js": ["Last-Event-ID", "not read as UTF-8", "it does not reconnect"],
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

/**
 * Bundled into a classic script, which is read as the page is. A script with characters above U+007F is another text then. It finds its
 * own text again if each byte was read as a character of its own, and otherwise says so, unless it is the syntax that is damaged.
 * Shift_JIS takes some backslashes for halves of characters.
 */
export async function inOtherEncodings(test, browser, app) {
  // Undeclared is what most such pages are; browsers take them for windows-1252, or for what they guess.
  const ofSingleBytes = ["undeclared", "windows-1252", "koi8-r", "windows-1251", "iso-8859-2", "x-user-defined"];
  // The last one takes control characters for its own.
  const ofMore = ["shift_jis", "gbk", "big5", "euc-jp", "euc-kr", "iso-2022-jp"];
  const scripts = new Map();
  const server = createServer(({ url }, response) => {
    const [, name, encoding] = url.split("/");
    if (name === "events") {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).end("data: é\n\n");
    } else if (encoding === undefined) {
      // Without a charset, which would outdo the page's.
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(scripts.get(name));
    } else {
      const declared = encoding === "undeclared" ? "" : `<meta charset="${encoding}">`;
      const html = `<!doctype html>${declared}<script>onerror = (message) => (window.outcome = { message })</script>`;
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
      for (const encoding of ["utf-8", ...ofSingleBytes, ...ofMore.slice(0, -1)]) {
        assert.deepEqual([encoding, await outcomeOf("ascii.js", encoding)], [encoding, { data: "é" }]);
      }
    });
    await test(`in a classic script in UTF-8, ${how}, it works in encodings of single bytes, and says so in others`, async () => {
      await bundled("utf8.js", { minify, charset: "utf8" });
      for (const encoding of ["utf-8", ...ofSingleBytes]) {
        assert.deepEqual([encoding, await outcomeOf("utf8.js", encoding)], [encoding, { data: "é" }]);
      }
      for (const encoding of ofMore) {
        const { reason, message } = await outcomeOf("utf8.js", encoding);
        assert.deepEqual([encoding, reason], [encoding, "unavailable"], message);
        assert.match(message, /not read as UTF-8/);
      }
    });
  }
}
