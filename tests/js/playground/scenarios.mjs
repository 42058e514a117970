// What the tabs Ends and Alive do, and show.
import assert from "node:assert/strict";
import { KEYS } from "../lib/playground-page.mjs";

/** Runs in the page: both logs, oldest first, and the figures above them. */
const READ = `() => {
  const root = document.querySelector('[role="tabpanel"]:not([hidden])');
  const part = (id) => root.querySelector('[data-testid="' + id + '"]');
  const log = (id) => Array.from(part(id).rows, (row) => ({ ...row.dataset, data: row.querySelector(".data").textContent })).reverse();
  return {
    status: part("scenario-status").textContent,
    state: part("client-state").textContent,
    events: Number(part("client-events").textContent),
    ids: part("client-ids").textContent,
    requests: Number(part("server-requests").textContent),
    client: log("client-log"),
    server: log("server-log"),
  };
}`;

/** What the tab shows, once the condition, a function's source, holds for it. */
function shownWhen(page, condition, what) {
  return page.browser.waitFor(`() => { const shown = (${READ})(); return (${condition})(shown) ? shown : null; }`, what);
}

/**
 * Opens a tab, and starts one of its scenarios. The two logs come by different ways: a condition for what the server has told names the
 * server's log.
 */
async function start(page, tab, scenario, choice, interval = 100) {
  await page.open(tab, `?interval=${interval}`);
  await page.set(`#${tab}-scenario`, scenario);
  if (choice !== undefined) await page.set(`#${tab}-choice`, choice);
  await page.click('[data-testid="scenario-start"]');
}

/** The same, until the loop has ended and the server has told so. */
async function answer(page, scenario, choice) {
  await start(page, "ends", scenario, choice);
  const isOver = "({ state, server }) => state !== 'running' && server.some(({ type }) => /^(end|cut|closed)$/.test(type))";
  return shownWhen(page, isOver, `the end of ${scenario}, ${choice}`);
}

/** A condition: the server has answered so many requests with a stream. */
const hasResponses = (count) => `({ server }) => server.filter(({ type }) => type === "response").length >= ${count}`;

/** Both conditions. */
const both = (one, other) => `(shown) => (${one})(shown) && (${other})(shown)`;

const dataOf = (log, type) => log.filter((row) => row.type === type).map(({ data }) => data);
const numbers = (count) => Array.from({ length: count }, (_, index) => `number ${index + 1}`);
const responses = ({ server }) =>
  server.filter(({ type }) => /^(response|refused)$/.test(type)).map(({ data }) => data.split(",")[0]);

export async function until(page) {
  for (const [choice, how] of Object.entries({ early: "end", cut: "cut" })) {
    const { client, server, status, requests, ids } = await answer(page, "until", choice);
    assert.equal(server.at(-1).type, how);
    assert.deepEqual(dataOf(client, "message"), numbers(3), choice);
    assert.match(status, /^StreamError, reason “truncated”: /, choice);
    assert.deepEqual([requests, ids], [1, "1–3"], choice);
  }
  const { client, status, requests } = await answer(page, "until", "complete");
  assert.deepEqual(dataOf(client, "message"), [...numbers(5), "[DONE]"]);
  assert.deepEqual([requests, status], [1, "The loop has ended."]);
}

export async function incomplete(page) {
  const expected = {
    discard: [3, /^The loop has ended\.$/],
    deliver: [4, /^The loop has ended\.$/],
    error: [3, /^StreamError, reason “truncated”: /],
  };
  for (const [choice, [count, end]] of Object.entries(expected)) {
    const { client, status } = await answer(page, "incomplete", choice);
    assert.deepEqual(dataOf(client, "message"), numbers(count), choice);
    assert.match(status, end, choice);
  }
}

export async function errors(page) {
  const inTheStream = await answer(page, "error-events");
  assert.deepEqual(dataOf(inTheStream.client, "message"), numbers(3));
  assert.deepEqual(dataOf(inTheStream.client, "said"), ["The model is overloaded."]);
  assert.match(inTheStream.status, /^StreamError, reason “event”: /);
  const instead = await answer(page, "no-event-stream");
  assert.deepEqual(dataOf(instead.client, "body"), ['{"error":{"message":"The model is overloaded."}}']);
  assert.match(instead.status, /^StreamError, reason “not-event-stream”: /);
  assert.deepEqual([instead.events, instead.requests], [0, 1]);
}

export async function accept(page) {
  for (const [choice, type] of Object.entries({ none: "no Content-Type", plain: "text/plain" })) {
    const { client, server, status } = await answer(page, "accept", choice);
    assert.deepEqual(dataOf(server, "response"), [`200, ${type}`]);
    assert.deepEqual(dataOf(client, "message"), numbers(5), choice);
    assert.equal(status, "The loop has ended.", choice);
  }
  const { events, status } = await answer(page, "accept", "html");
  assert.match(status, /^StreamError, reason “content-type”: /);
  assert.equal(events, 0);
}

export async function resume(page) {
  for (const choice of ["cut", "end"]) {
    await start(page, "ends", "resume", choice);
    const shown = await shownWhen(page, "({ state, requests }) => state !== 'running' && requests === 3", "the end");
    assert.deepEqual(dataOf(shown.client, "message"), [...numbers(8), "[DONE]"], choice);
    assert.deepEqual([shown.status, shown.ids], ["The loop has ended.", "1–9"], choice);
    const [post, ...gets] = dataOf(shown.server, "request");
    assert.equal(post, "POST", choice);
    const after = gets.map((get) => Number(/^GET with Last-Event-ID: (\d+)$/.exec(get)?.[1]));
    if (choice === "cut") {
      // A connection that is cut may take with it what was not read yet. The server sends that again.
      assert.ok(after[0] >= 1 && after[0] <= 3 && after[1] >= after[0] && after[1] <= after[0] + 3, gets.join());
    } else {
      assert.deepEqual(after, [3, 6]);
    }
    // The third one may be closed by either.
    const lost = shown.server.filter(({ type, id }) => type === choice && id !== "3").map(({ id }) => id);
    assert.deepEqual(lost, ["1", "2"], choice);
  }
}

export async function stopped(page) {
  // Slow enough to be stopped in time.
  await start(page, "ends", "error-events", undefined, 2_000);
  await shownWhen(page, hasResponses(1), "a response");
  await page.click('[data-testid="scenario-stop"]');
  const { status, state } = await shownWhen(page, "({ server }) => server.some(({ type }) => type === 'closed')", "to be closed");
  assert.deepEqual([status, state], ["Stopped.", "stopped"]);
  // Slow enough to be stopped in time.
  await start(page, "ends", "error-events", undefined, 2_000);
  await shownWhen(page, hasResponses(1), "a response");
  await page.set("#ends-scenario", "until");
  const after = await shownWhen(page, "({ server }) => server.some(({ type }) => type === 'closed')", "to be closed");
  assert.deepEqual([after.status, after.state], ["", "stopped"]);
  await page.browser.waitFor(
    `() => document.querySelector("#panel-ends .code").textContent.includes("[DONE]") || null`,
    "the other code",
  );
}

/** There was no gap, no error, and no second `open`. */
function isWithoutAGap({ client, ids, events, requests, server }) {
  assert.equal(ids, `1–${events}`);
  assert.deepEqual(dataOf(client, "message"), numbers(events));
  assert.deepEqual([dataOf(client, "error").length, dataOf(client, "open").length], [0, 1]);
  assert.equal(requests, 2);
  assert.deepEqual(dataOf(server, "request"), ["GET", "GET with Last-Event-ID: 4"]);
}

const IS_DEAD = "({ events, server }) => events === 4 && server.some(({ type }) => type === 'dead')";

/** Runs in the page, which presses the button itself: a test would come too late now and then. */
const VERIFY_AT_FIRST_EVENT = `() => {
  const log = document.querySelector('#panel-alive [data-testid="client-log"]');
  new MutationObserver((changes, observer) => {
    if (!Array.from(log.rows).some(({ dataset }) => dataset.type === "message")) return;
    observer.disconnect();
    document.querySelector('#panel-alive [data-testid="scenario-button"]').click();
  }).observe(log, { childList: true });
}`;

export async function verify(page) {
  await page.open("alive", "?interval=100");
  await page.browser.run(VERIFY_AT_FIRST_EVENT);
  await page.click('[data-testid="scenario-start"]');
  // Bytes have come a moment ago: there is no need for another request.
  const alive = await shownWhen(page, both(hasResponses(1), "({ client }) => client.some(({ type }) => type === 'verified')"), "an answer");
  assert.equal(alive.requests, 1);
  await shownWhen(page, IS_DEAD, "the connection to be dead");
  await page.click('[data-testid="scenario-button"]');
  const verified = "({ events, client }) => events > 8 && client.filter(({ type }) => type === 'verified').length === 2";
  const shown = await shownWhen(page, both(verified, hasResponses(2)), "events again");
  isWithoutAGap(shown);
  assert.deepEqual(dataOf(shown.client, "verified"), ["readyState is 1", "readyState is 1"]);
  await shownWhen(page, "({ server }) => server.some(({ type, id }) => type === 'closed' && id === '1')", "the old one to be closed");
}

export async function whenBack(page) {
  await start(page, "alive", "when-back");
  const { requests } = await shownWhen(page, IS_DEAD, "the connection to be dead");
  assert.equal(requests, 1);
  await page.click('[data-testid="scenario-button"]');
  isWithoutAGap(await shownWhen(page, both("({ events }) => events > 8", hasResponses(2)), "events again"));
}

export async function connectTimeout(page) {
  await start(page, "alive", "connect-timeout");
  const { client, ids, events, requests, server } = await shownWhen(page, both("({ events }) => events > 2", hasResponses(1)), "events");
  assert.deepEqual(dataOf(client, "error"), ["timeout"]);
  assert.equal(dataOf(client, "open").length, 1);
  assert.deepEqual([ids, requests], [`1–${events}`, 2]);
  assert.deepEqual(responses({ server }), ["200"]);
}

const welcomed = (count) => both(`({ events }) => events === ${count}`, hasResponses(count));

export async function bearer(page) {
  await start(page, "alive", "bearer");
  const before = await shownWhen(page, welcomed(6), "six welcomes");
  assert.deepEqual([before.requests, dataOf(before.server, "refresh")], [6, []]);
  await page.click('[data-testid="expire"]');
  const after = await shownWhen(page, welcomed(12), "six more");
  assert.deepEqual(dataOf(after.client, "refresh"), ["token-2"]);
  assert.deepEqual(dataOf(after.server, "refresh"), ["token-2"]);
  const welcomes = [1, 2, 3, 4, 5, 6].map((number) => `source ${number}: welcome, token-2`);
  assert.deepEqual(dataOf(after.client, "message").slice(6).sort(), welcomes);
  // A source that connects during the refresh waits for the new token.
  const refused = responses(after).filter((status) => status === "401").length;
  assert.ok(refused >= 1 && refused <= 6, `${refused} were refused`);
  assert.equal(after.requests, 12 + refused);
}

export async function cursor(page) {
  await start(page, "alive", "cursor");
  const anew = both("({ events }) => events > 6", hasResponses(2));
  const { ids, server, client, events } = await shownWhen(page, anew, "events behind the 410");
  assert.equal(ids, `1–4, 101–${96 + events}`);
  assert.deepEqual(dataOf(server, "request"), ["GET", "GET with Last-Event-ID: 4", "GET"]);
  assert.deepEqual(responses({ server }), ["200", "410", "200"]);
  assert.deepEqual(dataOf(client, "error"), ["ended", "410"]);
}

export async function goBack(page) {
  await start(page, "alive", "go-back");
  await shownWhen(page, "({ events }) => events >= 4", "events");
  await page.click('[data-testid="scenario-button"]');
  const again = both("({ ids }) => /^1–\\d+, 3–\\d+$/.test(ids)", hasResponses(2));
  const { ids, server, client } = await shownWhen(page, again, "the same ones again");
  assert.match(ids, /^1–\d+, 3–\d+$/);
  assert.deepEqual(dataOf(server, "request"), ["GET", "GET with Last-Event-ID: 2"]);
  assert.deepEqual(dataOf(client, "error"), []);
}

export async function keyboard(page) {
  const focused = () => page.browser.run("() => document.activeElement.dataset.testid ?? ''");
  const tabTo = async (testid) => {
    for (let presses = 0; (await focused()) !== testid; presses += 1) {
      assert.ok(presses < 12, `${testid} is not reached`);
      await page.press(KEYS.tab);
    }
  };
  await page.open("alive", "?interval=100");
  await tabTo("scenario");
  await tabTo("scenario-start");
  await page.press(KEYS.enter);
  await shownWhen(page, "({ events }) => events > 0", "an event");
  await tabTo("scenario-button");
  await page.press(KEYS.space);
  await shownWhen(page, "({ client }) => client.some(({ type }) => type === 'verified')", "an answer");
  // The log below can have the focus, to be scrolled.
  await page.press(KEYS.tab, KEYS.tab, KEYS.tab);
  assert.equal(await page.browser.run("() => document.activeElement.ariaLabel"), "Log of the client");
}
