// The playground in a browser, with the test server beside it, as `cargo xtask demo` serves it.
import { panelWhen, readPanel } from "./panel.mjs";

export const PANELS = ["native", "wasm"];

const selectorOf = (name) => `#panel-compare [data-panel="${name}"]`;

export class DemoPage {
  constructor(browser, origin) {
    this.browser = browser;
    this.origin = origin;
  }

  /** `query` is what follows the choice of the server, `tab` one that starts when it is shown. */
  async open(query = "", tab = "compare") {
    // A change of the fragment alone would load nothing.
    await this.browser.goTo("about:blank");
    await this.browser.goTo(`${this.origin}/playground/?server=test${query}#${tab}`);
    await this.browser.waitFor(`(tab) => document.querySelector("#panel-" + tab).dataset.ready ?? null`, `${tab} to start`, tab);
  }

  click(id) {
    return this.browser.click(`[role="tabpanel"]:not([hidden]) [data-testid="${id}"]`);
  }

  panel(name) {
    return readPanel(this.browser, selectorOf(name));
  }

  /** The panel once the condition, a function's source, holds for it. */
  panelWhen(name, condition, what) {
    return panelWhen(this.browser, selectorOf(name), condition, what);
  }
}
