// The playground in Chromium, Firefox and WebKitGTK, driven with the network off. `node tests/js/playground.mjs [FILTER...]`
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { BROWSER_NAMES, startBrowser } from "./lib/browsers.mjs";
import { PlaygroundPage } from "./lib/playground-page.mjs";
import { insecure, startFront, startProxy } from "./lib/proxy.mjs";
import { withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";
import * as inspect from "./playground/inspect.mjs";
import * as page from "./playground/page.mjs";
import * as scenarios from "./playground/scenarios.mjs";
import * as tabs from "./playground/tabs.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const filter = process.argv.slice(2);
const ROOTS = { "/below/here": folder("../../www"), "/below/here/pkg": folder("../../pkg") };

const TESTS = {
  "Compare: both clients receive, survive a cut, and close": tabs.compare,
  "Inspect: the package reads every sample as the page does, with all line ends, at every cut": inspect.samples,
  "Inspect: the cut is shown in bytes, lines and events": inspect.cut,
  "Inspect: a difference between the package and the page is shown": inspect.difference,
  "Inspect: a stream is fetched and shown": inspect.fetched,
  "Break it: a 503 ends the browser’s own, and ours comes back": tabs.unavailable,
  "Break it: ours gives up a silent connection": tabs.silence,
  "Break it: a connection that breaks off, a redirect, and retry": tabs.brokenAndRedirected,
  "Break it: any line ends in any chunks give the same events": tabs.chunks,
  "Break it: 404 and 204 are final for both": tabs.finalStatuses,
  "Chat: an answer is stopped, broken off, resumed and complete": tabs.chat,
  "Chat: an empty question is refused with a message at the field": tabs.emptyQuestion,
  "Ends: until tells an answer that is cut off from a complete one": scenarios.until,
  "Ends: incomplete says what becomes of an event without its blank line": scenarios.incomplete,
  "Ends: an error in the stream, and an error in place of the stream, are thrown": scenarios.errors,
  "Ends: accept lets another Content-Type in": scenarios.accept,
  "Ends: resume sends one POST, and gets the rest by a GET": scenarios.resume,
  "Ends: an answer is stopped, and another scenario ends it": scenarios.stopped,
  "Alive: verify() puts a new connection in the place of a dead one, and no event is lost": scenarios.verify,
  "Alive: whenBack verifies when the network is back": scenarios.whenBack,
  "Alive: connectTimeout gives up a request without a response": scenarios.connectTimeout,
  "Alive: six sources get a new token by one refresh": scenarios.bearer,
  "Alive: retryIf clears an ID that the server has forgotten": scenarios.cursor,
  "Alive: reconnect() goes back to an ID": scenarios.goBack,
  "Alive: a scenario is used by the keyboard alone": scenarios.keyboard,
  "Tabs: frames share one connection, and another one leads when the leader is closed": tabs.sharing,
  "Tabs: a window of its own joins them": tabs.sharingWindow,
  "Flood: each client gets every event": tabs.flood,
  "each tab is reached by the keyboard alone, and has its URL": page.keyboard,
  "axe finds nothing in any tab": page.accessible,
  "no tab is wider than a phone": page.narrow,
  "the code of each tab is copied, and runs": page.code,
};

/** What only Chromium's driver can do. */
const CHROMIUM_TESTS = {
  "a service worker that the browser stops is started again, and sources reconnect": page.stoppedWorker,
  "axe finds nothing in the dark": page.accessibleInTheDark,
  "everything that can have the focus has a name and a role for screen readers": page.named,
  "nothing moves while the page loads": page.still,
};

async function main() {
  const tally = new Tally();
  // At once: most of the time they wait for reconnections.
  await Promise.all(
    BROWSER_NAMES.map(async (name) => {
      await testIn(name, tally);
      await testWithoutServiceWorkers(name, tally);
      await testBrokenFile(name, tally);
    }),
  );
  tally.end({ filtered: filter.length > 0 });
}

const isWanted = (name) =>
  filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()));

async function testIn(name, tally) {
  const server = await startServer(ROOTS);
  const browser = await startBrowser(name);
  const playground = new PlaygroundPage(browser, server.origin);
  await playground.open("compare");
  await page.filesAreKept(playground);
  // From here on, everything comes from the service worker.
  await server.stop();
  for (const [title, test] of Object.entries({ ...TESTS, ...(name === "chromium" && CHROMIUM_TESTS) })) {
    const fullName = `${name}, ${title}`;
    if (!isWanted(fullName)) continue;
    await tally.test(fullName, async () => {
      await test(playground);
      assert.equal(await playground.notice(), "", "what the page says went wrong");
    });
  }
  await browser.stop();
}

/** Plain http from another machine has none. */
async function testWithoutServiceWorkers(name, tally) {
  const title = `${name}, without service workers the page says what to do, and Inspect works`;
  if (!isWanted(title)) return;
  const server = await startServer(ROOTS);
  const browser = await startBrowser(name, { proxy: await startProxy() });
  await tally.test(title, () => page.withoutServiceWorkers(new PlaygroundPage(browser, insecure(server.origin))));
  await browser.stop();
  await server.stop();
}

async function testBrokenFile(name, tally) {
  const title = `${name}, a file that breaks off does not take the place of the kept one`;
  if (!isWanted(title)) return;
  const server = await startServer(ROOTS);
  const front = await startFront(server.origin);
  const browser = await startBrowser(name);
  await tally.test(title, () => page.brokenFile(new PlaygroundPage(browser, front.origin), front));
  await browser.stop();
  await server.stop();
}

await withCleanup(main);
