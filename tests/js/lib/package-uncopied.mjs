// `wasm-eventsource/external` where a bundler does not copy the WebAssembly, in a browser: what is said, and how init() mends it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { build } from "esbuild";
import { onEnd } from "./resources.mjs";

/** What servers do with a file that is not there: they refuse it, or answer with the application's page, as for its routes. */
const SERVERS = { refusing: /has status 404: /, ofOnePage: /is a page \(text\/html\) and no WebAssembly: / };

export async function uncopied(test, browser, app) {
  const scripts = {};
  for (const [name, format] of Object.entries({ module: "esm", classic: "iife" })) {
    // It warns of the format in which there is no URL of the script.
    const options = { entryPoints: [join(app, "uncopied.mjs")], bundle: true, write: false, format, logLevel: "error" };
    scripts[name] = (await build(options)).outputFiles[0].contents;
  }
  const wasm = await readFile(join(app, "node_modules/wasm-eventsource/dist/wasm-eventsource.wasm"));
  const server = createServer(({ url }, response) => {
    const [, kind, format, ...file] = url.replace(/\?.*/, "").split("/");
    const page = `<!doctype html><script ${format === "module" ? 'type="module"' : ""} src="/${kind}/${format}/assets/app.js"></script>`;
    const answers = {
      "assets/app.js": ["text/javascript", scripts[format]],
      "files/engine.wasm": ["application/wasm", wasm],
      "": ["text/html", page],
    };
    const answer = kind === "events" ? ["text/event-stream", "data: x\n\n"] : answers[file.join("/")];
    const [type, body] = answer ?? (kind === "ofOnePage" ? answers[""] : []);
    response.writeHead(type === undefined ? 404 : 200, { "Content-Type": type ?? "text/plain" }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${server.address().port}`;
  const outcomeOf = async (path) => {
    await browser.goTo(origin + path);
    return browser.waitFor("() => window.outcome", `the outcome of ${path}`);
  };
  const saysSo = ({ reason, message, reconnectsIn, told }, ...words) => {
    assert.deepEqual([reason, reconnectsIn, told.length], ["unavailable", "undefined", 1]);
    for (const text of [message, told[0]]) {
      [...words, /init\(\{ wasm \}\)/].forEach((word) => assert.match(text, word));
    }
  };

  for (const [kind, words] of Object.entries(SERVERS)) {
    await test(`./external, bundled without its file, on a server that is ${kind}: the error names the URL, what came, and init()`, async () => {
      const outcome = await outcomeOf(`/${kind}/module/`);
      saysSo(outcome, words, new RegExp(`${origin}/${kind}/module/assets/wasm-eventsource\\.wasm`), /copy wasm-eventsource\.wasm there/);
    });
    await test(`./external, bundled without its file, on a server that is ${kind}: with init() it works`, async () => {
      for (const format of Object.keys(scripts)) {
        assert.deepEqual(await outcomeOf(`/${kind}/${format}/?wasm=files/engine.wasm`), { data: "x", told: [] });
      }
    });
  }

  await test("./external, bundled into a classic script, which does not know where it is: the error names init()", async () => {
    saysSo(await outcomeOf("/refusing/classic/"), /a classic script does not know where it is/);
  });
}
