// The playground in a browser, as a visitor uses it.
import { panelWhen, readPanel } from "./panel.mjs";

/** A panel of Compare or Break it. */
const selectorOf = (tab, name) => `#panel-${tab} [data-panel="${name}"]`;

/** WebDriver's names of keys. */
export const KEYS = {
  tab: "\uE004",
  enter: "\uE007",
  left: "\uE012",
  right: "\uE014",
  home: "\uE011",
  end: "\uE010",
  space: " ",
};

export class PlaygroundPage {
  constructor(browser, origin) {
    this.browser = browser;
    this.url = `${origin}/below/here/playground/`;
  }

  /** A new page, with this tab shown and started. */
  async open(tab, query = "") {
    // A change of the fragment alone would load nothing.
    await this.browser.goTo("about:blank");
    await this.browser.goTo(`${this.url}${query}#${tab}`);
    await this.whenReady(tab);
  }

  whenReady(tab) {
    const ready = `(tab) => {
      if (document.querySelector("#panel-" + tab).dataset.ready !== undefined) return "";
      return document.querySelector("#notice").textContent || null;
    }`;
    return this.browser.waitFor(ready, `${tab} to start`, tab).then((notice) => {
      if (notice !== "") throw new Error(notice);
    });
  }

  /** Presses what has this selector within the shown tab. */
  click(selector) {
    return this.browser.click(`[role="tabpanel"]:not([hidden]) ${selector}`);
  }

  /** Chooses or writes a value, as a visitor does. */
  set(selector, value) {
    const set = `(selector, value) => {
      const control = document.querySelector(selector);
      control.value = value;
      for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
    }`;
    return this.browser.run(set, selector, value);
  }

  async press(...keys) {
    const actions = keys.flatMap((value) => [
      { type: "keyDown", value },
      { type: "keyUp", value },
    ]);
    await this.browser.command("actions", { actions: [{ type: "key", id: "keyboard", actions }] });
  }

  text(testid) {
    return this.browser.run(
      `(id) => document.querySelector('[role="tabpanel"]:not([hidden]) [data-testid="' + id + '"]').textContent`,
      testid,
    );
  }

  textWhen(testid, pattern) {
    const matching = `(id, pattern) => {
      const text = document.querySelector('[role="tabpanel"]:not([hidden]) [data-testid="' + id + '"]').textContent;
      return new RegExp(pattern).test(text) ? text : null;
    }`;
    return this.browser.waitFor(matching, `${testid} to say ${pattern}`, testid, pattern.source);
  }

  panel(tab, name) {
    return readPanel(this.browser, selectorOf(tab, name));
  }

  /** The panel once the condition, a function's source, holds for it. */
  panelWhen(tab, name, condition, what) {
    return panelWhen(this.browser, selectorOf(tab, name), condition, what);
  }

  /** What went wrong in the page, uncaught; empty if nothing did. */
  notice() {
    return this.browser.run(`() => document.querySelector("#notice").textContent`);
  }
}
