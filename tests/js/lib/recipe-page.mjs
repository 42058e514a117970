// A recipe of the site in a browser, as a visitor uses it.

/** WebDriver's names of keys. */
export const TAB = "\uE004";
export const ENTER = "\uE007";

export const RECIPES = ["chat", "notifications", "job", "dashboard", "log"];

export class RecipePage {
  constructor(browser, base) {
    this.browser = browser;
    this.base = base;
  }

  async open(name) {
    await this.browser.goTo(`${this.base}recipes/${name}.html`);
    await this.whenReady();
    // The job of an earlier test would go on.
    const hasJob = await this.browser.run("() => sessionStorage.length > 0 && (sessionStorage.clear(), true)");
    if (hasJob) {
      await this.reload();
    }
  }

  /** The recipe's code has run. What the page says instead is thrown. */
  async whenReady() {
    const notice = await this.browser.waitFor(
      `() => {
      const live = document.querySelector("#live");
      return live?.dataset.ready === undefined ? live?.querySelector(".notice[role]").textContent || null : "";
    }`,
      "the recipe to start",
    );
    if (notice !== "") {
      throw new Error(notice);
    }
  }

  /** As a visitor's key does: what WebDriver does in Firefox goes past the service worker. */
  async reload() {
    await this.browser.run("() => { document.documentElement.dataset.before = ''; location.reload(); }");
    await this.browser.waitFor("() => document.documentElement.dataset.before === undefined || null", "the page to be loaded anew");
    await this.whenReady();
  }

  click(selector) {
    return this.browser.click(`#live ${selector}`);
  }

  press(...keys) {
    const actions = keys.flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    return this.browser.command("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  /** Presses Tab until this element has the focus. */
  async tabTo(selector) {
    const isThere = () => this.browser.run("(selector) => document.activeElement.matches(selector)", selector);
    for (let presses = 0; !(await isThere()); presses += 1) {
      if (presses === MOST_TABS) {
        throw new Error(`${selector} is not reached by the Tab key`);
      }
      await this.press(TAB);
    }
  }

  text(selector) {
    return this.browser.run("(selector) => document.querySelector(selector).textContent", selector);
  }

  /** The text once it matches. */
  textWhen(selector, pattern) {
    const matching = `(selector, pattern) => {
      const text = document.querySelector(selector).textContent;
      return new RegExp(pattern).test(text) ? text : null;
    }`;
    return this.browser.waitFor(matching, `${selector} to say ${pattern}`, selector, pattern.source);
  }

  /** What has gone wrong in the page; empty if nothing has. */
  notice() {
    return this.text("#live .notice[role]");
  }

  /** What the server answers to a request of the page, as JSON. */
  ask(path) {
    return this.browser.waitFor('async (path) => (await fetch(path, { cache: "no-store" })).json()', path, path);
  }
}

/** More than the links of the navigation. */
const MOST_TABS = 80;
