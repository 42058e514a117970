// The example apps in Chromium, as a visitor uses them. `node tests/js/examples.mjs [FILTER...]`
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { startBrowser } from "./lib/browsers.mjs";
import { Dashboard } from "./lib/dashboard.mjs";
import { withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";

const APPS = ["dioxus", "leptos", "yew"];
/** What `cargo xtask examples` makes. */
const built = fileURLToPath(new URL("../../target/examples", import.meta.url));
const filter = process.argv.slice(2);
/** Faster than for people. The seconds to a reconnection are to be seen counted down. */
const PACE = { interval: 20, retry: 1100 };

const WASM_STREAMS = ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];
const OF_WASM_BINDGEN =
  /^(memory|main|__wbindgen_\w+|__externref_\w+|wasm_bindgen__convert__closures_\w+|__abort_handler|__instance_terminated)$/;
const OF_LEPTOS = /^(__wbg_)?intounderlying(bytesource|sink|source)_\w+$|^_WASM_SPLIT_MARKER_\w+$/;

const TESTS = [
  ["ticks, and its chart shows the values of the server", chart],
  ["logs the named events in order, without a gap", log],
  ["counts down after a cut, comes back, and has every event once", cut],
  ["closes, and resumes when it is told to reconnect", closeAndReconnect],
  ["reconnects at once when it is told to, and has every event once", reconnect],
  ["says why it has failed", failure],
  ["shows an answer word by word until it is done, and the next one", chat],
  ["goes on with an answer after a cut", chatCut],
];

async function main() {
  const tally = new Tally();
  const { origin } = await startServer({ "/": built });
  const browser = await startBrowser("chromium");
  const test = async (name, body) => {
    if (filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()))) {
      await tally.test(name, body);
    }
  };
  for (const app of APPS) {
    const page = new Dashboard(browser, `${origin}/${app}/`, PACE);
    for (const [name, body] of TESTS) {
      await test(`${app}: ${name}`, () => body(page));
    }
    await test(`${app}: exports nothing of the library`, () => noExports(app));
  }
  await browser.stop();
  tally.end({ filtered: filter.length > 0 });
}

async function chart(page) {
  await page.open();
  const first = await page.when(`({ state, line }) => state === "open" && line`, "the first ticks");
  const later = await page.when(`({ received }) => received > ${first.received + 20}`, "more of them");
  const points = later.line.split(" ").map((point) => point.split(",").map(Number));
  assert.ok(points.length >= 15, `${points.length} points`);
  const events = await page.events(Math.max(0, later.lastId - 2 * points.length), later.lastId);
  const ticks = events.filter(({ type }) => type === "tick").slice(-points.length);
  const values = ticks.map(({ data }) => data.value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const shown = [low, high, values.at(-1)].map((value) => value.toFixed(1));
  assert.deepEqual([later.low, later.high, later.latest], shown);
  for (const [index, [x, y]] of points.entries()) {
    const { time, value } = ticks[index].data;
    near(x, 600 - ((ticks.at(-1).data.time - time) / 30_000) * 600);
    near(y, 160 * (1 - (value - low) / (high - low)));
  }
}

/** Coordinates have one decimal. */
function near(actual, expected) {
  assert.ok(Math.abs(actual - expected) < 0.051, `${actual} is not ${expected}`);
}

async function log(page) {
  await page.open();
  const { log: rows } = await page.when(`({ log }) => log.length >= 12`, "twelve named events");
  const ids = rows.map(({ id }) => id);
  assert.deepEqual(ids, ids.map((_, index) => ids[0] - 5 * index));
  const events = await page.events(ids.at(-1) - 1, ids[0]);
  const named = events.filter(({ type }) => type !== "tick").reverse();
  assert.deepEqual(rows.map(({ type }) => type), named.map(({ type }) => type));
  for (const [index, { type, data }] of named.entries()) {
    const texts = {
      login: `${data.user} is here`,
      deploy: `${data.service} ${data.version} is live`,
      alert: `${data.service}: ${data.message}`,
    };
    assert.equal(rows[index].text, texts[type]);
  }
}

async function cut(page) {
  await page.open();
  const before = await page.when(`({ state, received }) => state === "open" && received >= 10`, "events");
  await page.recordState();
  await page.click("cut");
  await page.when(`({ state }) => state === "reconnecting"`, "the loss");
  const waiting = await page.read();
  const after = await page.when(`({ state }) => state === "open"`, "the reconnection");
  assert.match(waiting.why, /^the connection was lost/);
  assert.equal(after.why, "");
  const states = await page.recordedStates();
  assert.deepEqual(states.filter((text) => text !== "reconnecting"), [
    "reconnecting in 2 s",
    "reconnecting in 1 s",
    "open",
  ]);
  await everyEventOnce(page, before, 2);
}

/** Waits for some more events; all that have come since the first are there, by the requests expected. */
async function everyEventOnce(page, before, requests) {
  const later = await page.when(`({ lastId }) => lastId > ${before.lastId + 30}`, "events after it");
  assert.deepEqual([later.missing, later.repeated], [0, 0]);
  // The first id that came is known from the state before.
  assert.equal(later.received - before.received, later.lastId - before.lastId);
  const ids = later.log.map(({ id }) => id);
  assert.deepEqual(ids, ids.map((_, index) => ids[0] - 5 * index));
  const sent = await page.server("requests");
  assert.equal(sent.length, requests);
  assert.equal(sent[0].lastEventId, null);
  const last = Number(sent.at(-1).lastEventId);
  assert.ok(last >= before.lastId && last < later.lastId, `${last} is not from ${before.lastId} to ${later.lastId}`);
}

async function closeAndReconnect(page) {
  await page.open();
  await page.when(`({ state, received }) => state === "open" && received >= 10`, "events");
  await page.click("close");
  const closed = await page.when(`({ state }) => state === "closed"`, "the end");
  assert.deepEqual(closed.disabled, ["close", "cut"]);
  // The server has been told as well, and nothing comes any more.
  await page.whenServer("cut", "POST", ({ cut }) => cut === 0);
  const later = await page.read();
  assert.deepEqual([later.state, later.received], ["closed", closed.received]);
  await page.click("reconnect");
  await page.when(`({ state }) => state === "open"`, "the reconnection");
  await everyEventOnce(page, closed, 2);
}

async function reconnect(page) {
  await page.open();
  const before = await page.when(`({ state, received }) => state === "open" && received >= 10`, "events");
  await page.click("reconnect");
  await everyEventOnce(page, before, 2);
  // While it waits for its own next attempt, too.
  await page.server("cut", "POST");
  const waiting = await page.when(`({ state }) => state === "reconnecting"`, "the loss");
  await page.click("reconnect");
  await page.when(`({ state }) => state === "open"`, "the reconnection");
  await everyEventOnce(page, waiting, 3);
}

async function failure(page) {
  await page.open({ interval: "never" });
  const { why, disabled } = await page.when(`({ state }) => state === "failed"`, "the failure");
  assert.equal(why, "the response has status 400, and only 200 opens a stream");
  assert.ok(disabled.includes("cut") && !disabled.includes("reconnect"), disabled.join());
}

async function chat(page) {
  await page.open();
  for (const [index, prompt] of ["How are you?", "Again & <again>"].entries()) {
    await page.recordAnswer();
    await page.ask(prompt);
    const { chat } = await page.when(`({ chat }) => chat[${index}]?.progress === "done"`, `answer ${index}`);
    const { answer, footnote } = chat[index];
    assert.equal(chat.length, index + 1);
    assert.ok(answer.startsWith(`“${prompt}” is ${prompt.split(" ").length} words, and I am no`), answer);
    const tokens = answer.split(" ").length;
    assert.equal(footnote, `${tokens} tokens`);
    const growth = await page.recordedAnswer();
    assert.equal(growth.at(-1), answer);
    growth.slice(1).forEach((text, step) => assert.ok(text.startsWith(growth[step]), text));
    // A page that is busy may show two at once.
    assert.ok(growth.length > tokens / 2, `${growth.length} steps for ${tokens} tokens`);
  }
  // The source is closed, not waiting to come again.
  await page.click("close");
  await page.whenServer("cut", "POST", ({ cut }) => cut === 0);
  const paths = (await page.server("requests")).map(({ path }) => path);
  assert.deepEqual(paths.filter((path) => path === "/demo/chat").length, 2);
}

async function chatCut(page) {
  await page.open({ retry: 100 });
  await page.ask("What if it breaks?");
  await page.when(`({ chat }) => chat[0]?.answer.split(" ").length > 5`, "some words");
  await page.server("cut", "POST");
  const { chat } = await page.when(`({ chat }) => chat[0]?.progress !== "answering"`, "the end of the answer");
  assert.equal(chat[0].progress, "done", chat[0].footnote);
  assert.match(chat[0].answer, /^“What if it breaks\?” is 4 words, .* I go on behind it\.$/);
  const requests = (await page.server("requests")).filter(({ path }) => path === "/demo/chat");
  assert.equal(requests.length, 2);
  assert.ok(Number(requests[1].lastEventId) >= 5, requests[1].lastEventId);
}

/**
 * A library that exports something by wasm-bindgen has every app pay for it. Known exports are `main`, what wasm-bindgen
 * needs itself, and what Leptos brings along: the classes of wasm-streams.
 */
async function noExports(app) {
  const script = await readFile(`${built}/${app}/${app}.js`, "utf8");
  const exported = Array.from(script.matchAll(/^export (?:class (\w+)|\{(.*)\}|(.*))/gm), (match) => match.slice(1).join(""));
  const starts = " initSync, __wbg_init as default ";
  assert.deepEqual(exported, [...(app === "leptos" ? WASM_STREAMS : []), starts]);
  const module = new WebAssembly.Module(await readFile(`${built}/${app}/${app}_bg.wasm`));
  const names = WebAssembly.Module.exports(module).map(({ name }) => name);
  assert.ok(names.includes("main"), names.join());
  const known = app === "leptos" ? [OF_WASM_BINDGEN, OF_LEPTOS] : [OF_WASM_BINDGEN];
  assert.deepEqual(names.filter((name) => !known.some((pattern) => pattern.test(name))), []);
}

await withCleanup(main);
