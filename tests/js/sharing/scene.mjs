// One test's browser, windows and feeds.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { END } from "../harness/steps.js";
import { ScriptedStream } from "../harness/stream.js";
import { startBrowser } from "../lib/browsers.mjs";
import { Feed } from "../lib/feed.mjs";
import { insecure, startProxy } from "../lib/proxy.mjs";
import { Remote } from "../lib/remote.mjs";
import { Windows } from "../lib/windows.mjs";

const OPTIONS = {
  // One process for each window, as in the others; and one that ends does not take the browser with it, as it otherwise does in tests.
  firefox: {
    preferences: { "dom.ipc.processCount.webIsolated": 100, "privacy.reduceTimerPrecision": false },
    systemAccess: true,
  },
};

let scenes = 0;

export class Scene {
  #isInsecure;
  /** Of an origin, as the pages use it. */
  #addressOf;
  #origins;
  #browser;
  #windows;
  #page;
  #key;
  #feeds = [];

  /** Plays a test in a browser of its own: after some tests there is not much left of it. */
  static async play(test, { engine, title, origins }) {
    const proxy = test.options.insecure ? await startProxy() : undefined;
    const browser = await startBrowser(engine, { ...OPTIONS[engine], proxy });
    const scene = new Scene(browser, { engine, title, origins, isInsecure: proxy !== undefined });
    try {
      await scene.#begin();
      await test.body(scene);
    } finally {
      await Promise.all(scene.#feeds.map((feed) => feed.stop()));
      await browser.stop();
    }
  }

  constructor(browser, { engine, title, origins, isInsecure }) {
    scenes += 1;
    this.engine = engine;
    this.title = title;
    this.#isInsecure = isInsecure;
    this.#addressOf = isInsecure ? insecure : (address) => address;
    this.#origins = { ...origins, origin: this.#addressOf(origins.origin) };
    this.#browser = browser;
    this.#windows = new Windows(browser);
    this.#key = `sharing-${scenes}`;
  }

  async #begin() {
    if (this.engine === "firefox") {
      await this.#browser.command("moz/context", { context: "chrome" });
      await this.#browser.run(`() => { Services.env.set("MOZ_CRASHREPORTER_SHUTDOWN", ""); }`);
      await this.#browser.command("moz/context", { context: "content" });
    }
    // Not as a file: files are `no-store`, and such a page is not cached everywhere.
    const html = await readFile(new URL("tab.html", import.meta.url), "utf8");
    const headers = [["Content-Type", "text/html"]];
    this.#page = await new ScriptedStream(this.#origins, `${this.#key}-page`).put([{ headers, steps: [html, END] }]);
  }

  feed(query = "") {
    const feed = new Feed(this.#origins, `${this.#key}-${this.#feeds.length}`, query);
    this.#feeds.push(feed);
    return feed;
  }

  get origins() {
    return this.#origins;
  }

  /** That of the browser, with its name. */
  get version() {
    return this.#browser.version;
  }

  /** The id of the driver's process, below which the browser's are. */
  get pid() {
    return this.#browser.pid;
  }

  /** Opens windows, one after the other; each has loaded the class. */
  async open(count, { implementation = "ours", type = "window", without = "", version } = {}) {
    const tabs = [];
    while (tabs.length < count) {
      const remote = await Remote.start();
      const query = new URLSearchParams({ implementation, without, remote: this.#addressOf(remote.address) });
      if (version !== undefined) {
        query.set("version", version);
      }
      const window = await this.#windows.open(`${this.#page.url}?${query}`, type);
      await remote.run("() => loaded.then(() => null)");
      const [isSecure, visibility] = await remote.run("() => [isSecureContext, document.visibilityState]");
      assert.deepEqual([isSecure, visibility], [!this.#isInsecure, type === "tab" ? "hidden" : "visible"]);
      tabs.push(new Tab(window, remote, this));
    }
    return tabs;
  }

  /** Prints a figure. */
  tell(text) {
    console.log(`        ${this.title}: ${text}`);
  }
}

export class Tab {
  #window;
  #remote;
  #scene;

  constructor(window, remote, scene) {
    this.#window = window;
    this.#remote = remote;
    this.#scene = scene;
  }

  run(script, ...args) {
    return this.#remote.run(script, ...args);
  }

  waitFor(script, what, ...args) {
    return this.#remote.waitFor(script, what, ...args);
  }

  /** Makes a source, "InWorker" or with "WithSharedWorker" or in the page itself. */
  begin(name, url, init = { shared: true }, where = "") {
    return this.run(`(...given) => begin${where}(...given)`, name, url, init);
  }

  /** Once the source has heard `what`: "open", "error", or the number of an event. */
  heard(name, what) {
    return this.waitFor("(name, what) => sources[name].list.includes(what) || null", `${what} of ${name}`, name, what);
  }

  /** The number of the latest event. */
  latest(name) {
    return this.run("(name) => sources[name].list.findLast((what) => typeof what === 'number')", name);
  }

  /** `{ list, times, shared }` of a source. */
  of(name) {
    return this.run("(name) => { const { list, times, source } = sources[name]; return { list, times, shared: source.shared }; }", name);
  }

  /** The id of its process. */
  process() {
    return this.#window.process((script, time) => this.run(script, time));
  }

  close() {
    return this.#window.close();
  }

  /** "frozen" holds the page's tasks, as a browser does that saves power; "active" lets it go on. */
  freeze(state) {
    return this.#window.devtools("Page.setWebLifecycleState", { state });
  }

  leave() {
    return this.#window.goTo(`${this.#scene.origins.origin}/sharing/away.html`);
  }

  back() {
    return this.#window.back();
  }
}
