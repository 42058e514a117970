// What the page of the playground is as a whole: by keyboard, for screen readers, without a network or a service worker.
import assert from "node:assert/strict";
import { isAccessible } from "../lib/axe.mjs";
import { namesOf } from "../lib/ax-tree.mjs";
import { KEYS } from "../lib/playground-page.mjs";

const TITLES = {
  compare: "Compare",
  inspect: "Inspect",
  break: "Break it",
  chat: "Chat",
  ends: "Ends",
  alive: "Alive",
  tabs: "Tabs",
  flood: "Flood",
};
const TABS = Object.keys(TITLES);

/** The service worker has put by what it needs without a network. */
export async function filesAreKept({ browser }) {
  const missing = await browser.waitFor(
    `async () => {
    const cache = await caches.open("wasm-eventsource playground");
    const kept = (await cache.keys()).map(({ url }) => url);
    const used = performance.getEntriesByType("resource").map(({ name }) => name.split("?")[0]);
    const missing = used.filter((url) => !kept.includes(url) && !url.endsWith("/sw.js"));
    return kept.some((url) => url.endsWith("/pkg/dist/shared.js")) ? missing : null;
  }`,
    "the files to be kept",
  );
  assert.deepEqual(missing, [], "files that the page uses and the service worker does not keep");
}

const focused = (browser) => browser.run("() => document.activeElement.id || document.activeElement.outerHTML");

export async function keyboard(page) {
  const { browser } = page;
  await page.open("compare");
  // The first is the link to the site.
  await page.press(KEYS.tab, KEYS.tab);
  assert.equal(await focused(browser), "tab-compare");
  for (const tab of [...TABS.slice(1), "compare"]) {
    await page.press(KEYS.right);
    await shows(page, tab);
  }
  await page.press(KEYS.left);
  await shows(page, "flood");
  await page.press(KEYS.home);
  await shows(page, "compare");
  await page.press(KEYS.end);
  await shows(page, "flood");
  // The next key leaves the tabs for what the tab has, and Enter presses it.
  await page.press(KEYS.tab);
  assert.equal(
    await browser.run(`() => document.querySelector("#panel-flood").contains(document.activeElement)`),
    true,
  );
  for (
    let presses = 0;
    (await browser.run("() => document.activeElement.dataset.testid ?? ''")) !== "flood-start";
    presses += 1
  ) {
    assert.ok(presses < 10, "Start is not reached");
    await page.press(KEYS.tab);
  }
  await page.set("#flood-count", "2000");
  await page.press(KEYS.enter);
  await page.textWhen("flood-status", /Done/);
}

/** The tab has the focus, is in the URL, and its panel is the only one that is shown. */
async function shows({ browser }, tab) {
  const shown = await browser.waitFor(
    `(tab) => location.hash === "#" + tab &&
    Array.from(document.querySelectorAll('[role="tabpanel"]:not([hidden])'), ({ id }) => id).join() === "panel-" + tab || null`,
    `${tab} to be shown`,
    tab,
  );
  assert.equal(shown, true);
  assert.equal(await focused(browser), `tab-${tab}`);
  const selected = await browser.run(
    `() => Array.from(document.querySelectorAll('[aria-selected="true"]'), ({ id }) => id)`,
  );
  assert.deepEqual(selected, [`tab-${tab}`]);
}

export async function accessible(page) {
  for (const tab of TABS) {
    await page.open(tab, "?interval=100");
    await fill(page, tab);
    await isAccessible(page.browser, tab);
  }
}

/** Has a tab show something. */
async function fill(page, tab) {
  if (tab === "compare") {
    await page.click('[data-testid="connect"]');
    await page.panelWhen("compare", "wasm", "({ events }) => events > 0", "an event");
  } else if (tab === "break") {
    await page.click('[data-fault="silence"]');
    await page.click('[data-fault="404"]');
    await page.panelWhen("break", "wasm", '({ state }) => state === "2"', "CLOSED");
  } else if (tab === "chat") {
    await page.click('[data-testid="ask"]');
    await page.textWhen("words", /^[1-9]/);
  } else if (tab === "ends") {
    await page.click('[data-testid="scenario-start"]');
    await page.textWhen("scenario-status", /^StreamError/);
  } else if (tab === "alive") {
    await page.click('[data-testid="scenario-start"]');
    await page.textWhen("client-events", /^[1-9]/);
  } else if (tab === "tabs") {
    await page.browser.waitFor(
      `() => document.querySelector("iframe").contentDocument?.querySelector('[data-role="leader"], [data-role="member"]') ? true : null`,
      "a role",
    );
  } else if (tab === "flood") {
    await page.set("#flood-count", "2000");
    await page.click('[data-testid="flood-start"]');
    await page.textWhen("flood-status", /Done/);
  }
}

/** What a screen reader says of the controls of each tab. */
export async function named(page) {
  for (const tab of TABS) {
    await page.open(tab, "?interval=100");
    await fill(page, tab);
    const told = await namesOf(page.browser, tab);
    if (process.env.DEBUG) console.log(`${tab}\n  ${told.join("\n  ")}`);
    assert.ok(told.includes(`tab: ${TITLES[tab]}`), tab);
    assert.ok(told.includes(`button: Copy the code of ${TITLES[tab]}`), tab);
    assert.ok(told.length >= 10, `${told.length} controls in ${tab}`);
  }
}

const cdp = (browser, cmd, params = {}) => browser.command("goog/cdp/execute", { cmd, params });

export async function accessibleInTheDark(page) {
  const emulate = (value) =>
    cdp(page.browser, "Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  await emulate("dark");
  try {
    await page.open("compare");
    const background = await page.browser.run("() => getComputedStyle(document.body).backgroundColor");
    assert.equal(background, "rgb(19, 21, 25)");
    await accessible(page);
  } finally {
    await emulate("");
  }
}

export async function narrow(page) {
  // A window cannot be as narrow as a phone in every browser. A frame can.
  await page.browser.goTo(`${page.url}tab.html`);
  for (const tab of TABS) {
    const [wide, asked] = await page.browser.waitFor(
      `async (url) => {
      const frame = document.createElement("iframe");
      frame.style.cssText = "width: 360px; height: 740px; position: fixed; inset: 0; border: 0";
      frame.src = url;
      document.body.append(frame);
      await new Promise((resolve) => (frame.onload = resolve));
      const { documentElement } = frame.contentDocument;
      const widths = [documentElement.scrollWidth, documentElement.clientWidth];
      frame.remove();
      return widths;
    }`,
      "its width",
      `${page.url}#${tab}`,
    );
    assert.ok(wide <= asked, `${tab} is ${wide} px wide in a window of ${asked} px`);
  }
  await page.open("compare");
}

export async function code(page) {
  const { browser } = page;
  for (const tab of TABS) {
    await page.open(tab);
    await page.click(".copy");
    await page.browser.waitFor(
      `() => /Copied|Selected/.test(document.querySelector('[role="tabpanel"]:not([hidden]) .copy').textContent) || null`,
      "the code to be copied",
    );
    // The same program, with the addresses of this server.
    const said = await browser.run(
      `async (tab) => {
      const text = document.querySelector("#panel-" + tab + " .code code").textContent;
      const here = { "/events": "demo/workerman?interval=100", "/completions": "demo/completions?interval=1" };
      const local = text.replace(/"(\\/events|\\/completions)"/g, (_, path) => JSON.stringify(new URL(here[path], document.baseURI).href));
      const scenario = (name) => '\\nawait run({ url: new URL("demo/scenarios/' + name + '?interval=1", document.baseURI), show: console.log, button: {} });';
      const use = {
        chat: '\\nlet answer = ""; await ask("Say it", { show: (delta) => (answer += delta) }); console.log(answer);',
        ends: scenario("until"),
        alive: scenario("verify"),
      }[tab] ?? "";
      const { log } = console;
      const said = new Promise((resolve) => { console.log = (...words) => resolve(words.join(" ")); });
      const script = document.createElement("script");
      script.type = "module";
      script.textContent = local + use;
      document.head.append(script);
      try { return await said; } finally { console.log = log; }
    }`,
      tab,
    );
    const expected = {
      compare: /^open$/,
      inspect: /^message hello 7$/,
      break: /^1 hello$/,
      chat: /^You wrote 2 words/,
      ends: /^message number 1 1$/,
      alive: /^open$/,
      tabs: /^(leader|member) hello$/,
      flood: /^1 5$/,
    };
    assert.match(said, expected[tab], tab);
  }
}

export async function stoppedWorker(page) {
  const { browser } = page;
  await page.open("compare", "?stream=mdn&interval=100");
  await page.click('[data-testid="connect"]');
  await page.panelWhen("compare", "wasm", "({ events }) => events > 2", "events");
  await cdp(browser, "ServiceWorker.enable");
  await cdp(browser, "ServiceWorker.stopAllWorkers");
  const { log } = await page.panelWhen(
    "compare",
    "wasm",
    "({ reconnects, state }) => reconnects === 1 && state === '1'",
    "to be back",
  );
  assert.ok(log.some(({ type }) => type === "error"));
  const { events } = await page.panel("compare", "wasm");
  await page.panelWhen("compare", "wasm", `(panel) => panel.events > ${events}`, "events again");
}

export async function still(page) {
  for (const tab of TABS) {
    await page.open(tab);
    const shift = await page.browser.run(`() => new Promise((resolve) => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) sum += value;
      }).observe({ type: "layout-shift", buffered: true });
      // What was buffered is told in a task of its own.
      requestAnimationFrame(() => setTimeout(() => resolve(sum), 100));
    })`);
    assert.ok(shift < 0.02, `${tab} moves by ${shift}`);
  }
}

export async function withoutServiceWorkers(page) {
  const { browser } = page;
  await browser.goTo(`${page.url}#compare`);
  const notice = await browser.waitFor(`() => document.querySelector("#notice").textContent || null`, "the notice");
  assert.match(notice, /plain http.*https/);
  const shown = await browser.run(
    `() => ["#controls", "#panels"].filter((id) => document.querySelector(id).checkVisibility())`,
  );
  assert.deepEqual(shown, []);
  await browser.run(`() => (location.hash = "inspect")`);
  await page.textWhen("verdict", /read the same: 2 events/);
  assert.equal(await page.notice(), notice);
}

export async function brokenFile(page, front) {
  await page.open("compare");
  await filesAreKept(page);
  front.cut = "/below/here/pkg/dist/index.js";
  const readsBothClients = async () => {
    await page.open("compare", "?stream=mdn&interval=100");
    await page.click('[data-testid="connect"]');
    await page.panelWhen("compare", "wasm", "({ events }) => events > 0", "an event");
    assert.equal(await page.notice(), "");
  };
  await readsBothClients();
  front.stop();
  await readsBothClients();
}
