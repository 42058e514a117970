// The playground in Chromium with the test server, as a visitor of `cargo xtask demo` uses it. `node tests/js/demo.mjs [FILTER...]`
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startBrowser } from "./lib/browsers.mjs";
import { DemoPage, PANELS } from "./lib/demo-page.mjs";
import { withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const filter = process.argv.slice(2);

async function main() {
  const tally = new Tally();
  const { origin } = await startServer({ "/": folder("../../www"), "/pkg": folder("../../pkg") });
  const browser = await startBrowser("chromium");
  const page = new DemoPage(browser, origin);
  const test = async (name, body) => {
    if (filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()))) {
      await tally.test(name, () => body(page));
    }
  };
  await test("both panels connect, receive, survive a cut with their ID, and close", connectCutClose);
  await test("the MDN stream starts by itself where the address says so", autoconnect);
  await test("an address that is no URL is refused with a message at the field", badUrl);
  await test("three tabs have one connection, another one leads when the leader is closed, and apart each has its own", tabsShare);
  await test("the root leads to the playground, with the test server", rootLeads);
  await test("the visitor can choose the service worker instead", otherServer);
  await browser.stop();
  tally.end({ filtered: filter.length > 0 });
}

async function connectCutClose(page) {
  await page.open("&stream=workerman&interval=100");
  for (const name of PANELS) {
    const { state, events } = await page.panel(name);
    assert.deepEqual([state, events], ["none", 0], name);
  }
  await page.click("connect");
  for (const name of PANELS) {
    const panel = await page.panelWhen(name, "(panel) => panel.events >= 2 && panel.requests.length > 0", "two events");
    assert.deepEqual([panel.state, panel.lastEventId, panel.reconnects], ["1", "1", 0], name);
    assert.ok(panel.log.some(({ kind, type, id }) => kind === "event" && type === "message" && id === "1"), name);
    assert.deepEqual(panel.requests, [{ lastEventId: "" }], name);
  }
  await page.click("cut");
  for (const name of PANELS) {
    // Its default reconnection time is some seconds.
    const panel = await page.panelWhen(
      name,
      "(panel) => panel.reconnects === 1 && panel.requests.length === 2",
      "the reconnect and its request",
    );
    assert.equal(panel.state, "1", name);
    assert.deepEqual(panel.requests[0], { lastEventId: "1" }, name);
    await page.panelWhen(name, `(panel) => panel.events > ${panel.events}`, "an event after the reconnect");
  }
  await page.click("close");
  for (const name of PANELS) {
    const { state, events } = await page.panelWhen(name, '(panel) => panel.state === "2"', "CLOSED");
    const later = await page.panel(name);
    assert.deepEqual([later.state, later.events - events <= 1], [state, true], name);
  }
  // Both ends agree: there is nothing left to cut.
  assert.equal(await page.browser.run(`() => document.querySelector('#controls [data-testid="cut"]').disabled`), true);
}

async function autoconnect(page) {
  await page.open("&stream=mdn&interval=50&autoconnect=1");
  for (const name of PANELS) {
    const both = `(panel) => {
      const types = panel.log.filter(({ kind }) => kind === "event").map(({ type }) => type);
      return types.includes("ping") && types.includes("message");
    }`;
    const panel = await page.panelWhen(name, both, "a ping and a message");
    assert.deepEqual([panel.state, panel.lastEventId], ["1", ""], name);
  }
}

async function tabsShare(page) {
  await page.open("", "tabs");
  await framesWhen(page, "1", "leader,member,member");
  await page.click("close-leader");
  await framesWhen(page, "1", "leader,member");
  // Each for itself: the server has as many connections as there are tabs.
  await page.click("share");
  await framesWhen(page, "2", "alone,alone");
}

function framesWhen({ browser }, open, roles) {
  const read = `() => {
    const part = (frame, id) => frame.contentDocument?.querySelector('[data-testid="' + id + '"]')?.textContent;
    const frames = Array.from(document.querySelectorAll("iframe"), (frame) => [part(frame, "role"), Number(part(frame, "events"))]);
    return { frames, open: document.querySelector('[data-testid="connections"]').dataset.open };
  }`;
  const condition = `(open, roles) => {
    const { frames, open: isOpen } = (${read})();
    return (isOpen === open && frames.map(([role]) => role).sort().join() === roles && frames.every(([, events]) => events > 0)) || null;
  }`;
  return browser.waitFor(condition, `${open} connections of ${roles}, with events`, open, roles);
}

async function rootLeads({ browser, origin }) {
  await browser.goTo(`${origin}/`);
  await browser.waitFor(`() => document.querySelector("#server")?.value === "test" || null`, "the playground, with the test server");
}

async function otherServer({ browser, origin }) {
  await browser.goTo(`${origin}/playground/?server=test`);
  await browser.waitFor(`() => document.querySelector("#server-choice").checkVisibility() || null`, "the choice of the server");
  await browser.waitFor(`() => document.querySelector("#url").value === "../demo/workerman" || null`, "the streams of the test server");
  await browser.run(`() => {
    const select = document.querySelector("#server");
    select.value = "worker";
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }`);
  await browser.waitFor(
    `() => (location.search === "?server=worker" && document.querySelector("#url").value === "demo/workerman") || null`,
    "the streams of the service worker",
  );
}

async function badUrl(page) {
  await page.open(`&stream=${encodeURIComponent("http://")}`);
  await page.click("connect");
  const text = await page.browser.waitFor(
    `() => document.querySelector('[data-testid="url-error"]').textContent || null`,
    "the message",
  );
  assert.match(text, /URL/);
  for (const name of PANELS) {
    assert.equal((await page.panel(name)).state, "none", name);
  }
}

await withCleanup(main);
