// The demo page in a browser.
import { panelWhen, readPanel } from "./panel.mjs";

export const PANELS = ["native", "wasm"];

const selectorOf = (name) => `[data-panel="${name}"]`;

export class DemoPage {
  constructor(browser, origin) {
    this.browser = browser;
    this.origin = origin;
  }

  open(query = "") {
    return this.browser.goTo(`${this.origin}/${query}`);
  }

  click(id) {
    return this.browser.click(`[data-testid="${id}"]`);
  }

  panel(name) {
    return readPanel(this.browser, selectorOf(name));
  }

  /** The panel once the condition, a function's source, holds for it. */
  panelWhen(name, condition, what) {
    return panelWhen(this.browser, selectorOf(name), condition, what);
  }
}
