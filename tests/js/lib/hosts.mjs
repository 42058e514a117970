// Where the tests of lifetimes run: a browser, or a Node that can be asked the same things.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startBrowser } from "./browsers.mjs";
import { poll, start } from "./resources.mjs";

const OPTIONS = {
  chromium: { arguments: ["--js-flags=--expose-gc"] },
  // Firefox takes this machine's own addresses for reachable when it is offline, unless told otherwise.
  firefox: { preferences: { "network.disable-localhost-when-offline": true }, systemAccess: true },
};

/**
 * A browser, or "node". `collectGarbage`, `minimizeMemory`, `setOffline`, `setHidden`, `setPermission` and `prerender` are undefined where there is no way to do
 * that. The options are as those of startBrowser().
 */
export async function startHost(engine, { arguments: more = [], preferences = {}, answerTime } = {}) {
  if (engine === "node") {
    return new NodeHost();
  }
  const { arguments: own = [], preferences: ownPreferences, ...options } = OPTIONS[engine] ?? {};
  const browser = await startBrowser(engine, {
    ...options,
    answerTime,
    arguments: [...own, ...more],
    preferences: { ...ownPreferences, ...preferences },
  });
  const ofBrowser = async (script) => {
    await browser.command("moz/context", { context: "chrome" });
    await browser.run(script);
    await browser.command("moz/context", { context: "content" });
  };
  const ways = {
    chromium: {
      collectGarbage: () => browser.run("() => gc()"),
      setPermission: (name, state) => browser.command("permissions", { descriptor: { name }, state }),
      prerender: (url) =>
        browser.run(
          `(url) => {
            const rules = Object.assign(document.createElement("script"), { type: "speculationrules" });
            rules.textContent = JSON.stringify({ prerender: [{ urls: [url], eagerness: "immediate" }] });
            document.head.append(rules);
          }`,
          url,
        ),
      setOffline: (offline) =>
        browser.command("chromium/network_conditions", {
          network_conditions: { offline, latency: 0, throughput: 100_000_000 },
        }),
    },
    firefox: {
      collectGarbage: () =>
        ofBrowser(`() => {
          for (const what of ["child-gc-request", "child-cc-request"]) {
            Services.obs.notifyObservers(null, what);
          }
        }`),
      minimizeMemory: () => ofBrowser(`() => Services.obs.notifyObservers(null, "child-mmu-request")`),
      setOffline: (offline) =>
        ofBrowser(`() => { Services.io.manageOfflineStatus = false; Services.io.offline = ${offline}; }`),
    },
  };
  const setHidden = (hidden) =>
    hidden
      ? browser.command("window/minimize", {})
      : browser.command("window/rect", { x: 0, y: 0, width: 800, height: 600 });
  return Object.assign(browser, { setHidden }, ways[engine]);
}

/** One process for all tests, which has the members of a browser as far as they make sense. */
class NodeHost {
  #process;

  constructor() {
    const script = fileURLToPath(new URL("../lifetime/in-node.mjs", import.meta.url));
    this.#process = start(process.execPath, ["--expose-gc", script], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  }

  async run(script, ...args) {
    const answered = once(this.#process.child, "message");
    this.#process.child.send(`(${script})(...${JSON.stringify(args)})`);
    const [{ value, error }] = await answered;
    if (error) {
      throw new Error(error);
    }
    return value;
  }

  waitFor(script, what, ...args) {
    return poll(async () => (await this.run(script, ...args)) ?? undefined, what);
  }

  collectGarbage() {
    return this.run("() => gc()");
  }

  stop() {
    return this.#process.stop();
  }
}
