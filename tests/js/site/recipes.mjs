// What each recipe of the site does, and shows.
import assert from "node:assert/strict";
import { isAccessible } from "../lib/axe.mjs";
import { namesOf } from "../lib/ax-tree.mjs";
import { ENTER, RECIPES } from "../lib/recipe-page.mjs";
import { poll } from "../lib/resources.mjs";

/** The service worker has put by what all recipes need without a network. */
export async function filesAreKept({ browser }) {
  const kept = await browser.waitFor(
    `async () => {
    const cache = await caches.open("wasm-eventsource recipes");
    const kept = (await cache.keys()).map(({ url }) => url);
    return kept.some((url) => url.endsWith("/pkg/dist/shared.js")) ? kept : null;
  }`,
    "the files to be kept",
  );
  const used = await browser.run(`() => performance.getEntriesByType("resource").map(({ name }) => name.split("?")[0])`);
  const missing = used.filter((url) => !kept.includes(url) && !/\/demo\/|\/sw\.js$/.test(url));
  assert.deepEqual(missing, [], "files that the page uses and the service worker does not keep");
}

const ANSWER = /^You wrote 2 words: “Say it”\. I am no language model\. .* and I go on behind it\.$/;

export async function chat(page) {
  await page.open("chat");
  await page.browser.run(`() => (document.querySelector("#question").value = "Say it")`);
  await page.click("#ask");
  await page.textWhen("#answer", /^You wrote \S+/);
  await page.click("#stop");
  await page.textWhen("#state", /^Stopped\.$/);
  const stopped = await page.text("#answer");
  assert.doesNotMatch(stopped, ANSWER);
  await page.click("#resume");
  await page.browser.waitFor(
    `(length) => document.querySelector("#answer").textContent.length > length || null`,
    "more of the answer",
    stopped.length,
  );
  await page.click('[data-fault="cut"]');
  await page.textWhen("#state", /^(?!The answer)/);
  assert.doesNotMatch(await page.text("#answer"), ANSWER);
  await page.click("#resume");
  await page.textWhen("#state", /^The answer is complete\.$/);
  assert.match(await page.text("#answer"), ANSWER);
}

export async function notifications(page) {
  const { browser } = page;
  const first = await browser.command("window", undefined, "GET");
  const texts = `() => Array.from(document.querySelectorAll("#notifications li"), ({ textContent }) => textContent).join()`;
  const textsWhen = (wanted) => browser.waitFor(`(wanted) => (${texts})() === wanted || null`, `the notifications ${wanted}`, wanted);
  const send = async (text) => {
    await browser.run(`(text) => (document.querySelector("#text").value = text)`, text);
    await page.click("#send .primary");
  };
  await page.open("notifications");
  await page.textWhen("#role", /^leader$/);
  await send("one");
  await send("two");
  await textsWhen("two,one");
  const before = await browser.command("window/handles", undefined, "GET");
  await page.click("a");
  const second = await newWindow(browser, before);
  await browser.command("window", { handle: second });
  await page.whenReady();
  await page.textWhen("#role", /^member$/);
  await textsWhen("two,one");
  await page.textWhen("#unread", /^2$/);
  assert.deepEqual(await page.ask("demo/connections?client=notifications"), { open: 1 });
  await page.click("#read");
  await page.textWhen("#unread", /^0$/);
  await browser.command("window", { handle: first });
  await page.textWhen("#unread", /^0$/);
  // The leader goes away, and the other tab goes on.
  await browser.command("window", undefined, "DELETE");
  await browser.command("window", { handle: second });
  await page.textWhen("#role", /^leader$/);
  await send("three");
  await textsWhen("three,two,one");
  assert.match(await browser.run("() => document.title"), /^\(1\) /);
}

function newWindow(browser, before) {
  return poll(async () => {
    const handles = await browser.command("window/handles", undefined, "GET");
    return handles.find((handle) => !before.includes(handle));
  }, "another window");
}

export async function job(page) {
  const { browser } = page;
  const numbers = () => browser.run(`() => Array.from(document.querySelectorAll("#steps li"), ({ value }) => value).reverse()`);
  const from = (first, count) => Array.from({ length: count }, (_, index) => first + index);
  await page.open("job");
  await page.textWhen("#state", /^No job is running\.$/);
  await page.click("#start");
  await page.textWhen("#steps", /Unpacking/);
  await page.click('[data-fault="end"]');
  await browser.waitFor(`() => document.querySelectorAll("#steps li").length > 8 || null`, "more steps after the cut");
  const before = await numbers();
  assert.deepEqual(before, from(1, before.length));
  await page.reload();
  await page.textWhen("#state", /^The job is done\.$/);
  const after = await numbers();
  // The page may have seen further steps before it was gone.
  assert.ok(after[0] > before.length, `${before} ${after}`);
  assert.deepEqual(after, from(after[0], 41 - after[0]));
  await page.reload();
  await page.textWhen("#state", /^No job is running\.$/);
}

export async function dashboard(page) {
  const { browser } = page;
  await page.open("dashboard");
  const drawn = `(count) => Array.from(document.querySelectorAll("polyline"), ({ points }) => points.length).every((length) => length > count) || null`;
  await browser.waitFor(drawn, "three lines", 3);
  await page.textWhen("#state", /^live$/);
  for (const name of ["requests", "latency", "errors"]) {
    assert.match(await page.text(`[data-figure="${name}"] strong`), /^\d+$/);
  }
  await page.click('[data-fault="silence"]');
  await page.textWhen("#state", /^stale: ./);
  assert.equal(await browser.run(`() => document.querySelectorAll(".figures .stale").length`), 3);
  await page.click('[data-fault="silence"]');
  await page.textWhen("#state", /^live$/);
  assert.equal(await browser.run(`() => document.querySelectorAll(".figures .stale").length`), 0);
}

export async function log(page) {
  const { browser } = page;
  const shown = async () => Number((await page.text("#lines-shown")).replaceAll(",", ""));
  const shownMoreThan = (count) => poll(async () => (await shown()) > count || undefined, `more than ${count} lines`);
  const connections = (open) => poll(async () => (await page.ask("demo/connections?client=log")).open === open || undefined, `${open} connections`);
  await page.open("log");
  await shownMoreThan(600);
  assert.equal(await browser.run(`() => document.querySelector("#log").childNodes.length`), 500);
  await page.click("#pause");
  await connections(0);
  await page.click("#pause");
  await shownMoreThan((await shown()) + 600);
  await page.click("#pause");
  await connections(0);
  // In one question: the last lines may be drawn after the connection is gone.
  const { numbers, count } = await browser.run(`() => ({
    numbers: Array.from(document.querySelector("#log").textContent.matchAll(/request (\\d+)/g), ([, number]) => Number(number)),
    count: Number(document.querySelector("#lines-shown").textContent.replaceAll(",", "")),
  })`);
  assert.deepEqual(numbers, numbers.map((_, index) => numbers[0] + index));
  assert.equal(numbers.at(-1), count, "lines that were shown, none lost and none twice");
}

/** A control of each recipe, and what it does. */
const CONTROLS = {
  chat: ["#ask", "#answer", /^You wrote/],
  notifications: ["#send .primary", "#notifications", /The build is green/],
  job: ["#start", "#steps", /Unpacking/],
  dashboard: ['[data-fault="end"]', "#server-status", /^Done\.$/],
  log: ["#pause", "#lines-shown", /^\d/],
};

export async function keyboard(page) {
  for (const [name, [control, element, pattern]] of Object.entries(CONTROLS)) {
    await page.open(name);
    await page.tabTo(`#live ${control}`);
    await page.press(ENTER);
    await page.textWhen(element, pattern);
  }
  assert.equal(await page.browser.run(`() => document.querySelector("#pause").getAttribute("aria-pressed")`), "true");
}

export async function accessible(page) {
  for (const name of RECIPES) {
    await page.open(name);
    const [control, element, pattern] = CONTROLS[name];
    await page.click(control);
    await page.textWhen(element, pattern);
    await isAccessible(page.browser, name);
    if (page.browser.name === "chromium") {
      const told = await namesOf(page.browser, name);
      if (process.env.DEBUG) {
        console.log(`${name}\n  ${told.join("\n  ")}`);
      }
    }
  }
}

/** The code and the markup that a page shows are those that it runs. */
export async function code(page) {
  for (const name of RECIPES) {
    await page.open(name);
    const [shown, run] = await page.browser.waitFor(
      `async (file) => [document.querySelector("pre.shiki").textContent, await (await fetch(file)).text()]`,
      "the code",
      `${name}.js`,
    );
    assert.equal(shown.trim(), run.trim(), name);
    const lines = run.trim().split("\n").length;
    assert.ok(lines >= 20 && lines <= 60, `${name} has ${lines} lines`);
  }
}
