// A page of the site as a visitor's browser has it. The functions whose source is sent there run in the page.
const KEY_CODES = { Tab: 9, Enter: 13, Escape: 27 };

/** A browser at the pages of a site. `cdp` is the protocol of Chromium's developer tools, which other browsers do not have. */
export class SiteBrowser {
  constructor(browser, base) {
    this.browser = browser;
    this.base = base;
  }

  cdp(cmd, params = {}) {
    return this.browser.command("goog/cdp/execute", { cmd, params });
  }

  async appears({ scheme, width, height = 900 }) {
    await this.cdp("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: scheme }] });
    await this.cdp("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  }

  /** Has the page run as on a machine that is so many times slower. */
  slowDown(rate) {
    return this.cdp("Emulation.setCPUThrottlingRate", { rate });
  }

  async open(path) {
    await this.browser.goTo(this.base + path);
    await this.browser.waitFor("() => (document.readyState === 'complete' ? true : null)", `${path} to be loaded`);
  }

  /** The targets of links and everything else with an address, as the browser resolves them, and the IDs of the page. */
  addresses() {
    return this.browser.run(`() => ({
      targets: Array.from(document.querySelectorAll("[href], [src]"), (element) => element.href || element.src),
      ids: Array.from(document.querySelectorAll("[id]"), ({ id }) => id),
    })`);
  }

  /** What the page has loaded, its own address included. */
  requests() {
    return this.browser.run(`() => performance.getEntriesByType("resource").map(({ name }) => name).concat(location.href)`);
  }

  /** When the page had painted something, in milliseconds after it was asked for. */
  firstPaint() {
    const time = `() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null`;
    return this.browser.waitFor(time, "the first paint");
  }

  /** The addresses that were answered with an error. */
  failedRequests() {
    return this.browser.run(`() => performance.getEntriesByType("resource")
      .filter(({ responseStatus }) => responseStatus >= 400).map(({ name }) => name)`);
  }

  /** How far things have moved by themselves, until two frames after the page was loaded. */
  layoutShift() {
    return this.browser.command("execute/async", {
      script: `const done = arguments[0];
        let sum = 0;
        const observer = new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (sum += value)));
        observer.observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));`,
      args: [],
    });
  }

  /** Whether the page itself can be moved sideways. */
  isTooWide() {
    return this.browser.run("() => document.documentElement.scrollWidth > document.documentElement.clientWidth");
  }

  /** Presses a key and answers what has the focus then: its text, its address and its ID. */
  async press(key) {
    const event = { key, code: key, windowsVirtualKeyCode: KEY_CODES[key] };
    // Enter activates what has the focus only if it has a text.
    await this.cdp("Input.dispatchKeyEvent", { ...event, type: "keyDown", ...(key === "Enter" && { text: "\r" }) });
    await this.cdp("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
    return this.browser.run(`() => {
      const { textContent, href, id } = document.activeElement;
      return { text: textContent.trim(), href, id };
    }`);
  }
}
