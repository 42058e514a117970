// A fresh page for each measurement.

/** How long a page may take for one thing, in milliseconds. */
const PATIENCE = 60_000;

export class Pages {
  constructor(browser, origins) {
    this.browser = browser;
    this.origins = origins;
  }

  /** Calls a function of the page's `bench` in a page of its own; `{ failed }` with the reason if that goes wrong. */
  async call(name, ...args) {
    return this.in((call) => call(name, ...args));
  }

  /** The same, for what takes several calls: `work` is given a function that calls. */
  async in(work, { patience = PATIENCE } = {}) {
    const { browser, origins } = this;
    await browser.command("timeouts", { script: patience });
    // With this in between Chromium takes a new process for the page; Firefox has to be told to clean up.
    await browser.goTo("about:blank");
    await browser.collectGarbage?.();
    await browser.goTo(`${origins.origin}/bench/page`);
    await browser.waitFor("() => document.documentElement.dataset.ready ?? null", "the page");
    try {
      return await work(async (name, ...args) => {
        const outcome = await browser.run(SCRIPT, name, args);
        if (outcome.error) {
          throw new Error(outcome.error);
        }
        return outcome.value;
      });
    } catch (error) {
      // Whatever it is still doing ends with the page.
      await browser.goTo("about:blank");
      return { failed: error.message.split("\n")[0] };
    }
  }
}

/** A driver waits for a promise by itself, without asking again and again, which the page would feel. */
const SCRIPT = `(name, args) => bench[name](...args).then((value) => ({ value }), (error) => ({ error: String(error) }))`;
