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
 * How long a driver may take to answer a question, in milliseconds. Now and then WebKitGTK's never does, and is as it was only after
 * minutes: the test that is run once more after a shorter time fails again. `answerTime` is for questions that take longer.
 */
const ANSWER_TIME = 300_000;

/**
 * Starts a browser; `arguments` are further ones for its command line. For Firefox there are `preferences`, and
 * `systemAccess`, with which the browser itself can be asked for what no page can do. With `insecure` any certificate
 * will do.
 */
export async function startBrowser(name, options = {}) {
  const { arguments: more = [], preferences = {}, systemAccess = false, insecure = false, answerTime } = options;
  const { driver, capabilities } = BROWSERS[name](more, { preferences, systemAccess });
  const alwaysMatch = insecure ? { ...capabilities, acceptInsecureCerts: true } : capabilities;
  for (let tries = 1; ; tries += 1) {
    try {
      return await tryToStart(name, driver, alwaysMatch, answerTime);
    } catch (error) {
      if (tries === TRIES) {
        throw error;
      }
      console.error(`${name} is started once more: ${error.message}`);
    }
  }
}

async function tryToStart(name, driver, alwaysMatch, answerTime = ANSWER_TIME) {
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
  const sessionUrl = `${origin}/session/${session.sessionId}`;
  return new Browser(name, `${browserName} ${browserVersion}`, sessionUrl, process, answerTime);
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

/** The few commands of WebDriver that the tests need. https://www.w3.org/TR/webdriver2/ */
export class Browser {
  #session;
  #process;
  #answerTime;

  constructor(name, version, session, process, answerTime) {
    this.name = name;
    this.version = version;
    this.#session = session;
    this.#process = process;
    this.#answerTime = answerTime;
  }

  /** The id of the driver's process, below which the browser's are. */
  get pid() {
    return this.#process.child.pid;
  }

  goTo(url) {
    return this.command("url", { url });
  }

  /** A command of WebDriver, or one that only this browser's driver has. */
  command(path, body) {
    return call(`${this.#session}/${path}`, "POST", body, this.#answerTime);
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
    await call(this.#session, "DELETE", undefined, this.#answerTime).catch(() => {});
    await this.#process.stop();
  }
}
