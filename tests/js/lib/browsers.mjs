// The three browsers, each behind its WebDriver.
import { program } from "./programs.mjs";
import { freePort, poll, start } from "./resources.mjs";

const root = process.getuid?.() === 0;

const BROWSERS = {
  chromium: (more) => ({
    driver: [program("CHROMEDRIVER")],
    capabilities: {
      browserName: "chrome",
      "goog:chromeOptions": {
        binary: program("CHROMIUM"),
        args: [
          "--headless=new",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          ...(root ? ["--no-sandbox"] : []),
          ...more,
        ],
      },
    },
  }),
  firefox: (more, { preferences: prefs, systemAccess }) => ({
    driver: [program("GECKODRIVER"), ...(systemAccess ? ["--allow-system-access"] : [])],
    capabilities: {
      browserName: "firefox",
      "moz:firefoxOptions": { binary: program("FIREFOX"), args: ["-headless", ...more], prefs },
    },
  }),
  webkit: (more) => ({
    // WebKitGTK has no headless mode.
    driver: [...(process.env.DISPLAY ? [] : [program("XVFB_RUN"), "-a"]), program("WEBKITDRIVER")],
    capabilities: {
      "webkitgtk:browserOptions": { binary: program("WEBKIT_BROWSER"), args: ["--automation", ...more] },
    },
  }),
};

export const BROWSER_NAMES = Object.keys(BROWSERS);

/** How often a browser may fail to start: a port that was free may be taken meanwhile. */
const TRIES = 3;
/** How long a driver may take to start its browser, in milliseconds. */
const START_TIME = 60_000;

/**
 * How long a driver may take to answer a question, in milliseconds. Now and then WebKitGTK's never does, and answers no other for
 * minutes. `answerTime` is for questions that take longer.
 */
const ANSWER_TIME = 60_000;

/**
 * Starts a browser; `arguments` are further ones for its command line. For Firefox there are `preferences`, and
 * `systemAccess`, with which the browser itself can be asked for what no page can do. With `insecure` any certificate
 * will do. `proxy` is the host and port of one for HTTP.
 */
export async function startBrowser(name, options = {}) {
  const { arguments: more = [], preferences = {}, systemAccess = false, insecure = false, proxy, answerTime } = options;
  const { driver, capabilities } = BROWSERS[name](more, { preferences, systemAccess });
  const alwaysMatch = {
    ...capabilities,
    ...(insecure && { acceptInsecureCerts: true }),
    ...(proxy && { proxy: { proxyType: "manual", httpProxy: proxy } }),
  };
  const begin = () => startSession(name, driver, alwaysMatch);
  return new Browser(name, await begin(), begin, answerTime);
}

/** A driver with its browser: `{ process, version, url }`. */
async function startSession(name, driver, alwaysMatch) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryToStart(driver, alwaysMatch);
    } catch (error) {
      if (tries === TRIES) {
        throw error;
      }
      console.error(`${name} is started once more: ${error.message}`);
    }
  }
}

async function tryToStart(driver, alwaysMatch) {
  const port = await freePort();
  const [command, ...args] = driver;
  const process = start(command, [...args, `--port=${port}`]);
  const origin = `http://127.0.0.1:${port}`;
  await poll(async () => {
    if (process.child.exitCode !== null) {
      throw new Error(`${command} does not start: ${process.output().trim()}`);
    }
    return fetch(`${origin}/status`).then((response) => response.text(), () => undefined);
  }, `${command} to answer`);
  const session = await newSession(origin, { alwaysMatch }).catch(async (error) => {
    await process.stop();
    const why = error.cause?.message ?? error.message;
    throw new Error(`${command} does not start its browser: ${why} ${process.output().trim()}`);
  });
  const { browserName, browserVersion } = session.capabilities;
  return { process, version: `${browserName} ${browserVersion}`, url: `${origin}/session/${session.sessionId}` };
}

function newSession(origin, capabilities) {
  return call(`${origin}/session`, "POST", { capabilities }, START_TIME);
}

async function call(url, method, body, time) {
  const headers = { "Content-Type": "application/json" };
  const signal = AbortSignal.timeout(time);
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal });
  const { value } = await response.json();
  if (!response.ok) {
    throw new Error(`WebDriver: ${value.error}: ${value.message}`);
  }
  return value;
}

/**
 * The few commands of WebDriver that the tests need. https://www.w3.org/TR/webdriver2/
 *
 * A driver that leaves a question without an answer is ended, with its browser. The question has failed; the next one, which is that
 * of the test's second run, goes to a new browser.
 */
export class Browser {
  /** Null after a question was lost. */
  #session;
  #begin;
  #answerTime;

  /** `begin` starts another session. */
  constructor(name, session, begin, answerTime = ANSWER_TIME) {
    this.name = name;
    this.version = session.version;
    this.#session = session;
    this.#begin = begin;
    this.#answerTime = answerTime;
  }

  /** The id of the driver's process, below which the browser's are. */
  get pid() {
    return this.#session.process.child.pid;
  }

  goTo(url) {
    return this.command("url", { url });
  }

  /** A command of WebDriver, or one that only this browser's driver has. */
  async command(path, body, method = "POST") {
    this.#session ??= await this.#begin();
    const { url, process } = this.#session;
    try {
      return await call(`${url}/${path}`, method, body, this.#answerTime);
    } catch (error) {
      if (error.name !== "TimeoutError") {
        throw error;
      }
      this.#session = null;
      await process.kill();
      const seconds = this.#answerTime / 1000;
      throw new Error(`${this.name}'s driver has not answered ${path} within ${seconds} s, and was ended`, { cause: error });
    }
  }

  /** Runs a function in the page; arguments and result go through JSON. */
  run(script, ...args) {
    return this.command("execute/sync", { script: `return (${script})(...arguments)`, args });
  }

  /** The function's answer once it is neither undefined nor null. */
  waitFor(script, what, ...args) {
    return poll(async () => (await this.run(script, ...args)) ?? undefined, what);
  }

  async click(selector) {
    const element = await this.command("element", { using: "css selector", value: selector });
    await this.command(`element/${Object.values(element)[0]}/click`, {});
  }

  async stop() {
    if (this.#session !== null) {
      const { url, process } = this.#session;
      await call(url, "DELETE", undefined, this.#answerTime).catch(() => {});
      await process.stop();
    }
  }
}
