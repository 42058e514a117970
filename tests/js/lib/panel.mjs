// A panel of the demo or the playground, which shows what one client does.

/** Runs in the page. */
const READ_PANEL = `(selector) => {
  const panel = document.querySelector(selector);
  const part = (id) => panel.querySelector('[data-testid="' + id + '"]');
  const rows = (id) => Array.from(part(id).rows);
  return {
    state: part("state").dataset.state,
    events: Number(part("events").textContent),
    reconnects: Number(part("reconnects").textContent),
    lastEventId: part("last-event-id").textContent,
    log: rows("log").map((row) => ({ ...row.dataset, data: row.querySelector(".data").textContent })),
    requests: rows("requests").map((row) => ({ ...row.dataset })),
    paths: rows("requests").map((row) => row.querySelector(".path").textContent),
  };
}`;

/** What the panel at a selector shows. */
export function readPanel(browser, selector) {
  return browser.run(READ_PANEL, selector);
}

/** The same, once the condition, a function's source, holds for it. */
export function panelWhen(browser, selector, condition, what) {
  const script = `(selector) => { const panel = (${READ_PANEL})(selector); return (${condition})(panel) ? panel : null; }`;
  return browser.waitFor(script, `${selector}: ${what}`, selector);
}
