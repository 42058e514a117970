// The site, built and served from a folder below the root, in Chromium. `node tests/js/site.mjs [FILTER...]`
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { LEFT_OUT, PAGES } from "../../www/site/pages.mjs";
import { END } from "./harness/steps.js";
import { ScriptedStream } from "./harness/stream.js";
import { isAccessible } from "./lib/axe.mjs";
import { namesOf } from "./lib/ax-tree.mjs";
import { BROWSER_NAMES, startBrowser } from "./lib/browsers.mjs";
import { buildHook, FRAMEWORK_NAMES, HOOKS } from "./lib/hooks.mjs";
import { installPackages } from "./lib/installed.mjs";
import { RecipePage } from "./lib/recipe-page.mjs";
import { temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { SiteBrowser } from "./lib/site-page.mjs";
import { Tally } from "./lib/tally.mjs";
import * as recipes from "./site/recipes.mjs";
import { compile, EXAMPLES } from "./types/projects.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SOURCES = join(ROOT, "www/site");
/** Where the site is on the server: no page of it may know. */
const BELOW = "/some/folder/";
const PHONE = 360;
const DESKTOP = 1400;
/** A tenth of what counts as good: on a busy machine a long table may come in pieces. */
const LAYOUT_SHIFT = 0.01;
/** With the network off: the service worker has everything. */
const RECIPE_TESTS = {
  "Chat: an answer is stopped, broken off, resumed and complete": recipes.chat,
  "Notifications: two tabs share one connection, what is read, and what comes after one is closed": recipes.notifications,
  "Job: its steps go on after a cut and after a reload, none lost and none twice": recipes.job,
  "Dashboard: its figures are drawn, stale after a silence, and live again": recipes.dashboard,
  "Log: while it is paused there is no connection, and then no line is lost": recipes.log,
  "each recipe is used by the keyboard alone": recipes.keyboard,
  "axe finds nothing in a recipe that runs": recipes.accessible,
  "the code that a recipe shows is the code that runs": recipes.code,
};
/** A visitor with such a slow machine is to see something within a second. The limit is for one that tests keep busy meanwhile. */
const SLOWER = 4;
const FIRST_PAINT = 1000;
const FIRST_PAINT_LIMIT = 4000;
/** The address of the page that shows what was found. It has no twin in Markdown. */
const SEARCH = "search.html";
const PLAYGROUND = "playground/index.html";
/** How long axe may take for one page, in milliseconds. */
const AXE_TIME = 120_000;
const filter = process.argv.slice(2);
const run = promisify(execFile);

const isWanted = (name) => filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()));

async function main() {
  const tally = new Tally();
  const test = async (name, body) => {
    if (isWanted(name)) {
      await tally.test(name, body);
    }
  };
  await installPackages(SOURCES);
  const folder = join(temporaryFolder(), "site");
  await run(process.execPath, [join(SOURCES, "build.mjs"), folder]);
  const hooks = join(temporaryFolder(), "hooks");
  await mkdir(hooks);
  const origins = await startServer({ [BELOW.slice(0, -1)]: folder, "/hooks": hooks });
  const base = origins.origin + BELOW;
  const files = (await readdir(folder, { recursive: true })).map((file) => file.replaceAll("\\", "/"));
  // The playground has tests of its own.
  const pages = files.filter((file) => file.endsWith(".html") && !file.startsWith("playground/")).sort();
  const browser = await startBrowser("chromium");
  const site = new SiteBrowser(browser, base);

  await test("each document is a page, or is left out on purpose", eachDocument);
  await test("each page has its twin in Markdown, and llms.txt links to it", () => twins(folder, pages, files));
  await test("each link of a page leads to a file of the site, and to an ID that it has", () => links(site, pages, files));
  await test("each link of the Markdown leads to a file of the site", () => linksOfMarkdown(folder, files));
  await test("each example of the guides compiles", examples);
  await test("each option of the types has its entry in the reference, with a default", () => reference(folder));
  await test("on a slow machine each page paints soon", () => paints(site, [...pages, PLAYGROUND]));
  for (const appears of [{ scheme: "light", width: PHONE }, { scheme: "dark", width: DESKTOP }]) {
    const how = `${appears.scheme}, ${appears.width} px wide`;
    await test(`${how}: no request leaves the folder, nothing moves, nothing is too wide, axe finds nothing`, () =>
      appearance(site, pages, appears));
  }
  await test("the first Tab leads to the link that skips to the content", () => skipLink(site));
  await test("the search finds a page by its words, and leads there", () => search(site));
  await test("the colours can be chosen, and stay on the next page", () => colours(site));
  await test("on a phone the list of pages opens and closes by keyboard", () => menu(site));
  for (const framework of FRAMEWORK_NAMES) {
    await test(`the hook for ${framework} shows events and states, comes back after a loss, and closes with its component`, () =>
      hook(browser, origins, { framework, hooks }));
  }
  await browser.stop();
  await test("firefox: each page is loaded without an error, nothing is too wide, axe finds nothing", () => inFirefox(base, pages));
  // At once: most of the time they wait.
  await Promise.all(BROWSER_NAMES.map((name) => testRecipes(name, folder, test)));
  tally.end({ filtered: filter.length > 0 });
}

async function testRecipes(name, folder, test) {
  const wanted = Object.entries(RECIPE_TESTS).filter(([title]) => isWanted(`${name}, ${title}`));
  if (wanted.length === 0) {
    return;
  }
  const server = await startServer({ [BELOW.slice(0, -1)]: folder });
  const browser = await startBrowser(name);
  const page = new RecipePage(browser, server.origin + BELOW);
  await page.open("chat");
  await recipes.filesAreKept(page);
  await server.stop();
  for (const [title, body] of wanted) {
    await test(`${name}, ${title}`, async () => {
      await body(page);
      assert.equal(await page.notice(), "", "what the page says went wrong");
    });
  }
  await browser.stop();
}

async function eachDocument() {
  const markdown = async (path) => (await readdir(join(ROOT, path))).filter((name) => name.endsWith(".md")).map((name) => path + name);
  const documents = [...(await markdown("docs/")), ...(await markdown("docs/guides/"))];
  const known = new Set([...LEFT_OUT, ...PAGES.map(({ source }) => source)]);
  assert.ok(documents.length > 20);
  assert.deepEqual(documents.filter((document) => !known.has(document)), []);
}

async function twins(folder, pages, files) {
  const markdown = pages.filter((page) => page !== SEARCH).map((page) => page.replace(/html$/, "md"));
  assert.deepEqual(markdown.filter((file) => !files.includes(file)), []);
  const map = await readFile(join(folder, "llms.txt"), "utf8");
  assert.deepEqual(markdown.filter((file) => file !== "index.md" && !map.includes(`](${file})`)), []);
}

async function links(site, pages, files) {
  const found = new Map();
  for (const page of pages) {
    await site.open(page);
    found.set(page, await site.addresses());
  }
  // The playground has tests of its own. A fragment is the name of one of its tabs.
  await site.open(PLAYGROUND);
  const { ids } = await site.addresses();
  found.set(PLAYGROUND, { targets: [], ids: ids.filter((id) => id.startsWith("tab-")).map((id) => id.slice("tab-".length)) });
  let count = 0;
  const broken = [];
  for (const [page, { targets }] of found) {
    for (const target of targets.filter((each) => each.startsWith(site.base))) {
      const [file, fragment] = target.slice(site.base.length).split("#");
      const ids = found.get(file)?.ids;
      count += 1;
      if (!files.includes(file) || (fragment && ids && !ids.includes(decodeURIComponent(fragment)))) {
        broken.push(`${page}: ${target}`);
      }
    }
    const outside = targets.filter((target) => !target.startsWith(site.base) && !target.startsWith("https://"));
    broken.push(...outside.map((target) => `${page}: ${target}`));
  }
  assert.deepEqual(broken, []);
  assert.ok(count > 30 * pages.length, `${count} links`);
}

async function linksOfMarkdown(folder, files) {
  const broken = [];
  for (const file of files.filter((each) => each === "llms.txt" || (each.endsWith(".md") && !/^(pkg|playground)\//.test(each)))) {
    const prose = (await readFile(join(folder, file), "utf8")).replace(/^```.*?^```$|`[^`\n]+`/gms, "");
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      const address = new URL(target, `https://site.test${BELOW}${file}`);
      const path = address.href.slice(`https://site.test${BELOW}`.length).split("#")[0];
      if (address.host === "site.test" && !files.includes(path)) {
        broken.push(`${file}: ${target}`);
      }
    }
  }
  assert.deepEqual(broken, []);
}

async function examples() {
  const types = join(ROOT, "tests/js/types/");
  await run(process.execPath, [join(types, "examples.mjs")]);
  const guides = (await readdir(join(types, "examples"))).filter((name) => name.startsWith("guides-"));
  assert.ok(guides.length >= 20, `${guides.length} examples`);
  for (const project of EXAMPLES) {
    assert.equal(await compile(project, types), "", project.name);
  }
}

/** Read here by a pattern, and there by TypeScript: a member that one of them overlooks is a difference. */
async function reference(folder) {
  const markdown = await readFile(join(folder, "reference/options.md"), "utf8");
  const rows = [...markdown.matchAll(/^\| \[`([\w.]+)`\]\(#[\w-]+\) \| (.*?) \| (.+?) \|$/gm)];
  const documented = rows.map(([, name]) => name);
  const membersOf = async (file, name, prefix) => {
    const text = await readFile(join(ROOT, "pkg/types", file), "utf8");
    const [, body] = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, "ms").exec(text);
    return [...body.matchAll(/^ {2}(\w+)\??:/gm)].map(([, member]) => prefix + member);
  };
  const members = [
    ...(await membersOf("index.d.ts", "EventSourceInit", "")),
    ...(await membersOf("index.d.ts", "ReconnectInit", "reconnect.")),
    ...(await membersOf("shared.d.ts", "SharedEventSourceInit", "")),
    ...(await membersOf("shared.d.ts", "SharedInit", "shared.")),
    ...(await membersOf("index.d.ts", "StreamInit", "")),
    ...(await membersOf("bearer.d.ts", "BearerInit", "")),
  ];
  assert.ok(members.length >= 25, `${members.length} members`);
  assert.deepEqual([...documented].sort(), members.sort());
  assert.deepEqual(rows.filter(([, , byDefault]) => byDefault === "").map(([, name]) => name), [], "without a default");
  const durations = rows.filter(([, name]) => /(Delay|Timeout|linger)$/.test(name));
  assert.deepEqual(durations.filter(([, , byDefault]) => !byDefault.includes("milliseconds")), [], "without a unit");
}

async function appearance(site, pages, appears) {
  await site.appears(appears);
  for (const page of pages) {
    await site.open(page);
    const outside = (await site.requests()).filter((address) => !address.startsWith(site.base));
    assert.deepEqual(outside, [], `${page}: requests`);
    const shift = await site.layoutShift();
    assert.ok(shift <= LAYOUT_SHIFT, `${page}: layout shift of ${shift}`);
    assert.equal(await site.isTooWide(), false, `${page} is too wide`);
    await isAccessible(site.browser, page);
    await namesOf(site.browser, page);
  }
}

async function paints(site, pages) {
  await site.slowDown(SLOWER);
  const late = [];
  for (const page of pages) {
    let best = Infinity;
    for (let tries = 0; tries < 3 && best > FIRST_PAINT; tries += 1) {
      await site.open(page);
      best = Math.min(best, await site.firstPaint());
    }
    if (process.env.DEBUG) {
      console.log(`${page}: first paint after ${Math.round(best)} ms`);
    }
    late.push(...(best > FIRST_PAINT_LIMIT ? [`${page}: ${Math.round(best)} ms`] : []));
  }
  await site.slowDown(1);
  assert.deepEqual(late, []);
}

async function inFirefox(base, pages) {
  // For axe a long table may take longer than a driver waits.
  const browser = await startBrowser("firefox", { answerTime: 2 * AXE_TIME });
  await browser.command("timeouts", { script: AXE_TIME });
  const site = new SiteBrowser(browser, base);
  await browser.command("window/rect", { width: 500, height: 900 });
  for (const page of pages) {
    await site.open(page);
    assert.deepEqual(await site.failedRequests(), [], `${page}: requests`);
    assert.equal(await browser.run(`() => document.querySelectorAll("pre:not(.copy-place + pre, #live pre)").length`), 0, `${page}: buttons that copy`);
    assert.equal(await site.isTooWide(), false, `${page} is too wide`);
    await isAccessible(browser, page);
  }
  await browser.stop();
}

async function skipLink(site) {
  await site.appears({ scheme: "light", width: DESKTOP });
  await site.open("javascript.html");
  assert.equal((await site.press("Tab")).text, "Skip to the content");
  assert.equal((await site.press("Enter")).id, "content");
}

async function search(site) {
  await site.appears({ scheme: "light", width: DESKTOP });
  await site.open("guides/testing.html");
  const { browser } = site;
  await browser.run(`() => (document.querySelector('[name="q"]').value = "nginx buffering")`);
  await browser.run(`() => document.querySelector('[role="search"]').requestSubmit()`);
  const found = `() => {
    const links = Array.from(document.querySelectorAll("#results a"), ({ href }) => href);
    return links.length > 0 ? links : null;
  }`;
  const links = await browser.waitFor(found, "what was found");
  assert.ok(links.every((link) => link.startsWith(site.base)), links.join());
  assert.ok(links.includes(`${site.base}guides/proxies.html`), links.join());
  assert.match(await browser.run(`() => document.querySelector("#found").textContent`), /^(One page has|\d+ pages have) “nginx buffering”\.$/);
  assert.deepEqual((await site.requests()).filter((address) => !address.startsWith(site.base)), []);
  await isAccessible(browser, SEARCH);
  await browser.run(`(link) => [...document.querySelectorAll("#results a")].find(({ href }) => href === link).click()`, `${site.base}guides/proxies.html`);
  await browser.waitFor(`(link) => location.href === link || null`, "the page", `${site.base}guides/proxies.html`);
  await site.open(SEARCH);
  await browser.waitFor(`() => /^Type what you are looking for/.test(document.querySelector("#found").textContent) || null`, "what to do without words");
}

async function colours(site) {
  await site.appears({ scheme: "light", width: DESKTOP });
  await site.open("javascript.html");
  const background = () => site.browser.run("() => getComputedStyle(document.body).backgroundColor");
  const choose = (scheme) => site.browser.run(`(scheme) => {
    const select = document.querySelector("#scheme");
    select.value = scheme;
    select.dispatchEvent(new Event("change"));
  }`, scheme);
  const light = await background();
  await choose("dark");
  const dark = await background();
  assert.notEqual(dark, light);
  for (const page of ["rust.html", PLAYGROUND]) {
    await site.open(page);
    assert.equal(await background(), dark, page);
  }
  await site.open("rust.html");
  await isAccessible(site.browser, "chosen to be dark");
  await choose("");
  assert.equal(await background(), light);
}

async function menu(site) {
  await site.appears({ scheme: "light", width: PHONE });
  await site.open("javascript.html");
  const isOpen = () => site.browser.run(`() => document.getElementById("menu").matches(":popover-open")`);
  for (let focus = await site.press("Tab"); focus.text !== "Pages"; focus = await site.press("Tab")) {
    assert.notEqual(focus.id, "content", "the button comes before the content");
  }
  await site.press("Enter");
  assert.equal(await isOpen(), true);
  // The search comes first, and then the links.
  await site.press("Tab");
  assert.equal(await site.browser.run("() => document.activeElement.name"), "q");
  assert.match((await site.press("Tab")).href, /\.html$/);
  await site.press("Escape");
  assert.equal(await isOpen(), false);
}

async function hook(browser, origins, { framework, hooks }) {
  await installPackages(HOOKS);
  await buildHook(framework, hooks);
  const stream = new ScriptedStream(origins, `hook-${framework}`);
  await stream.put([
    ["retry: 100\nid: 1\ndata: one\n\n", END],
    ["data: two\n\n"],
  ]);
  const query = new URLSearchParams({ stream: stream.url });
  await browser.goTo(`${origins.origin}/hooks/${framework.toLowerCase()}/dist/index.html?${query}`);
  const shown = await browser.waitFor('() => (texts.at(-1) === "open: one, two" ? texts : null)', "two events");
  assert.ok(shown.includes("reconnecting: one"), shown.join("; "));
  await browser.run("() => globalThis.unmount()");
  const requests = await stream.requests({ count: 2, ended: 2 });
  assert.deepEqual(requests.map((request) => [request.header("last-event-id"), request.endedBy]), [[undefined, "server"], ["1", "client"]]);
}

await withCleanup(main);
