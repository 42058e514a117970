// The demo page in a browser.

export const PANELS = ["native", "wasm"];

/** What a panel shows. Runs in the page. */
const READ_PANEL = `(name) => {
  const panel = document.querySelector('[data-panel="' + name + '"]');
  const part = (id) => panel.querySelector('[data-testid="' + id + '"]');
  const rows = (id) => Array.from(part(id).rows);
  return {
    state: part("state").dataset.state,
    events: Number(part("events").textContent),
    reconnects: Number(part("reconnects").textContent),
    lastEventId: part("last-event-id").textContent,
    log: rows("log").map((row) => ({ ...row.dataset, data: row.querySelector(".data").textContent })),
    requests: rows("requests").map((row) => ({ ...row.dataset })),
  };
}`;

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
    return this.browser.run(READ_PANEL, name);
  }

  /** The panel once the condition, a function's source, holds for it. */
  panelWhen(name, condition, what) {
    const script = `(name) => { const panel = (${READ_PANEL})(name); return (${condition})(panel) ? panel : null; }`;
    return this.browser.waitFor(script, `${name}: ${what}`, name);
  }
}
