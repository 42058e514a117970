// The demo page in Chromium, as a visitor uses it. `node tests/js/demo.mjs [FILTER...]`
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
  await test("three tabs have one connection, and another tab leads when the leader is closed", tabsShare);
  await browser.stop();
  tally.end({ filtered: filter.length > 0 });
}

async function connectCutClose(page) {
  await page.open("?stream=workerman&interval=100");
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
  assert.equal(await page.browser.run(`() => document.querySelector('[data-testid="cut"]').disabled`), true);
}

async function autoconnect(page) {
  await page.open("?stream=mdn&interval=50&autoconnect=1");
  for (const name of PANELS) {
    const both = `(panel) => {
      const types = panel.log.filter(({ kind }) => kind === "event").map(({ type }) => type);
      return types.includes("ping") && types.includes("message");
    }`;
    const panel = await page.panelWhen(name, both, "a ping and a message");
    assert.deepEqual([panel.state, panel.lastEventId], ["1", ""], name);
  }
}

async function tabsShare({ browser, origin }) {
  const read = `() => {
    const part = (id) => document.querySelector('[data-testid="' + id + '"]');
    const tabs = Array.from(part("tabs").rows, ({ dataset, cells }) => [dataset.role, Number(cells[2].textContent)]);
    return { role: part("role").dataset.role, open: part("connections").dataset.open, missed: part("missed").textContent, tabs };
  }`;
  const when = (condition, what) =>
    browser.waitFor(`() => { const page = (${read})(); return (${condition})(page) ? page : null; }`, what);
  const roles = (...wanted) =>
    `({ tabs }) => tabs.map(([role]) => role).sort().join() === ${JSON.stringify(wanted.join())} && tabs.every(([, count]) => count > 2)`;

  const first = await browser.command("window", undefined, "GET");
  await browser.goTo(`${origin}/tabs.html?interval=100`);
  for (let count = 1; count < 3; count += 1) {
    const { handle } = await browser.command("window/new", { type: "tab" });
    await browser.command("window", { handle });
    await browser.goTo(`${origin}/tabs.html?interval=100`);
  }
  const { role } = await when(roles("leader", "member", "member"), "a leader and two members, with events");
  assert.equal(role, "member");
  await when('({ open }) => open === "1"', "one connection at the server");
  await browser.click('[data-testid="close-leader"]');
  const { missed } = await when(roles("closed", "leader", "member"), "another leader");
  assert.equal(missed, "0");
  await when('({ open }) => open === "1"', "one connection again");
  for (const handle of await browser.command("window/handles", undefined, "GET")) {
    if (handle !== first) {
      await browser.command("window", { handle });
      await browser.command("window", undefined, "DELETE");
    }
  }
  await browser.command("window", { handle: first });
}

async function badUrl(page) {
  await page.open(`?stream=${encodeURIComponent("http://")}`);
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
