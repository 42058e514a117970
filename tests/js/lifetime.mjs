// How long a source lives, where only somebody outside of the page can tell: garbage collection, navigation, the
// back/forward cache, offline. `node tests/js/lifetime.mjs [--only LIST] [FILTER...]`
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ScriptedStream } from "./harness/stream.js";
import { END } from "./harness/steps.js";
import { BROWSER_NAMES, startBrowser } from "./lib/browsers.mjs";
import { startHost } from "./lib/hosts.mjs";
import { poll, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";
import { tests } from "./lifetime/tests.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values, positionals: filter } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", default: [...BROWSER_NAMES, "node"].join(",") } },
});

async function main() {
  const tally = new Tally();
  await lostQuestion(tally);
  const origins = await startServer({
    "/": folder("scopes"),
    "/pkg": folder("../../pkg"),
    "/lifetime": folder("lifetime"),
  });
  await Promise.all(values.only.split(",").map((engine) => runIn(engine, origins, tally)));
  tally.end({ filtered: filter.length > 0 });
}

/** Of the tests' own tools: a run must not wait for minutes for a driver that hangs, as WebKitGTK's does now and then. */
async function lostQuestion(tally) {
  const title = "a driver that does not answer is ended with its browser, and the next question goes to another";
  if (!matches(title)) {
    return;
  }
  await tally.test(title, async () => {
    const { CHROMEDRIVER, CHROMIUM } = process.env;
    Object.assign(process.env, { CHROMEDRIVER: folder("lifetime/deaf-driver.mjs"), CHROMIUM: process.execPath });
    try {
      const browser = await startBrowser("chromium", { answerTime: 1000 });
      const processes = await browser.run("answered");
      await assert.rejects(browser.run("unanswered"), /driver has not answered execute\/sync within 1 s, and was ended$/);
      await poll(() => processes.every(hasEnded) || undefined, "the driver and its browser to end", 5000);
      const others = await browser.run("answered");
      assert.equal(new Set([...processes, ...others]).size, 4);
      await browser.stop();
      assert.ok(hasEnded(others[0]));
    } finally {
      restore({ CHROMEDRIVER, CHROMIUM });
    }
  });
}

/** Sets variables of the environment; what is undefined is deleted. */
function restore(variables) {
  for (const [name, value] of Object.entries(variables)) {
    delete process.env[name];
    Object.assign(process.env, value === undefined ? {} : { [name]: value });
  }
}

/** Also one that nobody has waited for, where /proc tells. */
function hasEnded(pid) {
  try {
    process.kill(pid, 0);
    return /\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

async function runIn(engine, origins, tally) {
  const host = await startHost(engine);
  for (const implementation of engine === "node" ? ["ours"] : ["native", "ours"]) {
    for (const { name, options, body } of tests) {
      const title = `${engine} ${implementation}: ${name}`;
      if (matches(title) && applies(options, engine, implementation, host, title)) {
        const run = () => body(new Scene(host, engine, implementation, origins));
        await judge(tally, title, options[implementation]?.[engine], run);
      }
    }
  }
  await host.stop();
}

function matches(title) {
  return filter.length === 0 || filter.some((part) => title.toLowerCase().includes(part.toLowerCase()));
}

function applies({ only, needs, inNode = false }, engine, implementation, host, title) {
  if ((only !== undefined && only !== implementation) || (!inNode && engine === "node")) {
    return false;
  }
  if (needs !== undefined && host[needs] === undefined) {
    console.log(`skipped ${title}: no way is known to have ${needs}() there`);
    return false;
  }
  return true;
}

async function judge(tally, title, known, run) {
  if (!known) {
    await tally.test(title, run);
    return;
  }
  try {
    await run();
  } catch {
    console.log(`known   ${title}: ${known}`);
    return;
  }
  tally.pass();
  console.log(`NEWLY   passes: ${title}\n        was known for: ${known}`);
}

let scenes = 0;

/** One test's page and streams. */
class Scene {
  #origins;
  #key;
  #streams = 0;

  constructor(host, engine, implementation, origins) {
    this.host = host;
    this.engine = engine;
    this.implementation = implementation;
    this.#origins = origins;
    scenes += 1;
    this.#key = `scene-${scenes}`;
  }

  stream(...attempts) {
    this.#streams += 1;
    return new ScriptedStream(this.#origins, `${this.#key}-${this.#streams}`).put(attempts);
  }

  /** Opens the page; in Node there is none. */
  async open(query = "") {
    if (this.engine !== "node") {
      // Not as a file: files are `no-store`, and such a page is not cached everywhere.
      const headers = [["Content-Type", "text/html"]];
      const html = await readFile(folder("lifetime/page.html"), "utf8");
      const page = await new ScriptedStream(this.#origins, `${this.#key}-page`).put([{ headers, steps: [html, END] }]);
      await this.host.goTo(`${page.url}?implementation=${this.implementation}${query}`);
      await this.run("() => sessionStorage.clear()");
    }
    await this.host.waitFor("() => typeof Source === 'function' || null", "the class");
    await this.run("() => notes().splice(0)");
  }

  /** Opens a page that counts as one of the public network, where requests to this machine need a permission. Its script is inside. */
  async openInPublic() {
    const script = await readFile(folder("../../pkg/dist/wasm-eventsource.global.js"), "utf8");
    const headers = [["Content-Type", "text/html; charset=utf-8"], ["Content-Security-Policy", "treat-as-public-address"]];
    const html = `<!doctype html><title>public</title><script>${script.replaceAll("</script", "<\\/script")}</script>`;
    const page = await new ScriptedStream(this.#origins, `${this.#key}-public`).put([{ headers, steps: [html, END] }]);
    await this.host.goTo(page.url);
  }

  /** Has the browser prerender the page with these sources. Returns its URL when they are begun. */
  async prerender(streams) {
    const begun = await this.stream(["data: begun\n\n", END]);
    const query = new URLSearchParams({ implementation: this.implementation, ...streams, begun: begun.url });
    const url = `${this.#origins.origin}/lifetime/page.html?${query}`;
    await this.host.prerender(url);
    await begun.requests({ count: 1 });
    return url;
  }

  leave() {
    return this.host.goTo(`${this.#origins.origin}/lifetime/away.html`);
  }

  run(script, ...args) {
    return this.host.run(script, ...args);
  }

  /** Makes a source in the page that nothing there refers to. */
  begin(stream, name = "") {
    return this.run("(url, name) => { begin(url, name); }", stream.url, name);
  }

  notes() {
    return this.run("() => notes()");
  }

  /** What is noted, once `note` is among it, so many times. */
  noted(note, times = 1) {
    const enough = `(note, times) => {
      const all = notes();
      return all.filter((one) => one === note).length >= times ? all : null;
    }`;
    return this.host.waitFor(enough, `${times} ${note}`, note, times);
  }

  /** Back to the page, and whether it was in the cache. */
  async back() {
    if (this.engine === "webkit") {
      // Its driver may lose a question that it is asked while the page goes, and then answers none for minutes.
      await this.host.command("back", {});
    } else {
      await this.run("() => { setTimeout(() => history.back()); }");
    }
    await this.host.waitFor("() => typeof Source === 'function' || null", "the page to be back");
    // The page is there before its pageshow event has been fired.
    return this.noted("restored").then(() => true, () => false);
  }
}

await withCleanup(main);
