// What each tab of the playground does, and shows.
import assert from "node:assert/strict";
import { poll } from "../lib/resources.mjs";

const CLIENTS = ["native", "wasm"];

export async function compare(page) {
  await page.open("compare", "?stream=workerman&interval=100");
  await page.click('[data-testid="connect"]');
  for (const name of CLIENTS) {
    const { state } = await page.panelWhen(
      "compare",
      name,
      "({ events, requests }) => events >= 2 && requests.length === 1",
      "two events",
    );
    assert.equal(state, "1", name);
  }
  await page.click('[data-testid="cut"]');
  for (const name of CLIENTS) {
    const { state } = await page.panelWhen(
      "compare",
      name,
      "(panel) => panel.reconnects === 1 && panel.requests.length === 2",
      "the reconnect",
    );
    assert.equal(state, "1", name);
  }
  // Chromium hides that of its own from service workers.
  const { requests } = await page.panel("compare", "wasm");
  assert.deepEqual(
    requests.map(({ lastEventId }) => lastEventId),
    ["1", ""],
  );
  await page.click('[data-testid="close"]');
  for (const name of CLIENTS) await page.panelWhen("compare", name, '({ state }) => state === "2"', "CLOSED");
}

export async function unavailable(page) {
  await page.open("break");
  await eventsInBoth(page);
  await page.click('[data-fault="503"]');
  await page.panelWhen("break", "native", '({ state }) => state === "2"', "CLOSED");
  const { log } = await page.panelWhen(
    "break",
    "wasm",
    "({ state, reconnects, requests }) => state === '1' && reconnects === 1 && requests.length === 4",
    "to be back",
  );
  assert.equal(log.filter(({ data }) => data.includes("status 503")).length, 2);
  // It has missed no event of the clock.
  const ids = log
    .filter(({ kind }) => kind === "event")
    .map(({ id }) => Number(id))
    .reverse();
  assert.deepEqual(
    ids,
    ids.map((_, index) => ids[0] + index),
  );
}

export async function silence(page) {
  await page.open("break");
  await eventsInBoth(page);
  await page.click('[data-fault="silence"]');
  await page.panelWhen(
    "break",
    "wasm",
    '({ log }) => log.some(({ type, data }) => type === "error" && /nothing came|silent|idle/i.test(data))',
    "to give up",
  );
  assert.equal((await page.panel("break", "native")).state, "1");
  await page.click('[data-fault="silence"]');
  const { events } = await page.panel("break", "wasm");
  await page.panelWhen("break", "wasm", `(panel) => panel.events > ${events}`, "events again");
}

export async function brokenAndRedirected(page) {
  await page.open("break");
  await eventsInBoth(page);
  // From here on it waits 200 ms instead of seconds.
  await page.click('[data-fault="retry"]');
  for (const name of CLIENTS)
    await page.panelWhen("break", name, "({ reconnects, state }) => reconnects === 1 && state === '1'", "to be back");
  await page.click('[data-fault="redirect"]');
  for (const name of CLIENTS) {
    const { paths } = await page.panelWhen(
      "break",
      name,
      "({ reconnects, requests }) => reconnects === 2 && requests.length === 4",
      "to follow",
    );
    assert.match(paths[0], /\/demo\/moved$/, name);
  }
  await page.click('[data-fault="cut"]');
  const { paths } = await page.panelWhen(
    "break",
    "wasm",
    "({ reconnects, requests }) => reconnects === 3 && requests.length === 5",
    "to be back",
  );
  // WebKit does not tell where a service worker's redirect has led.
  assert.match(paths[0], page.browser.name === "webkit" ? /\/demo\/clock$/ : /\/demo\/moved$/);
}

export async function chunks(page) {
  await page.open("break");
  for (const lineEnd of ["CRLF", "CR", "LF"]) {
    await page.set("#break-line-end", lineEnd);
    for (const chunk of ["1", "2", "3", "7"]) {
      await page.set("#break-chunk", chunk);
      await page.textWhen("break-status", /From the next event on/);
      const events = await Promise.all(CLIENTS.map(async (name) => (await page.panel("break", name)).events));
      await Promise.all(
        CLIENTS.map((name, index) =>
          page.panelWhen(
            "break",
            name,
            `(panel) => panel.events > ${events[index]}`,
            `an event in ${chunk} ${lineEnd}`,
          ),
        ),
      );
    }
  }
  const [native, wasm] = await Promise.all(CLIENTS.map((name) => page.panel("break", name)));
  const read = ({ log }) =>
    log.filter(({ kind }) => kind === "event").map(({ type, id, data }) => `${type} ${id} ${data}`);
  const [one, other] = [read(native), read(wasm)];
  // One of them may be an event ahead.
  const common = one.filter((event) => other.includes(event));
  assert.ok(
    common.length >= 12 && Math.abs(one.length - other.length) <= 1 && one.length - common.length <= 1,
    `${one}\n${other}`,
  );
}

export async function finalStatuses(page) {
  for (const status of ["404", "204"]) {
    await page.open("break");
    await eventsInBoth(page);
    await page.click(`[data-fault="${status}"]`);
    for (const name of CLIENTS) {
      const { requests } = await page.panelWhen(
        "break",
        name,
        '({ state, requests }) => state === "2" && requests.length === 2',
        `CLOSED by ${status}`,
      );
      assert.equal(requests.length, 2, name);
    }
  }
}

async function eventsInBoth(page) {
  for (const name of CLIENTS) {
    await page.panelWhen(
      "break",
      name,
      "({ state, events, requests }) => state === '1' && events > 0 && requests.length === 1",
      "an event",
    );
  }
}

const ANSWER = /^You wrote 2 words: “Say it”\. I am no language model\. .* and I go on behind it\.$/;

export async function chat(page) {
  await page.open("chat");
  await page.set("#prompt", "Say it");
  await page.click('[data-testid="ask"]');
  await page.textWhen("words", /^[3-9]|\d\d/);
  await page.click('[data-testid="stop"]');
  await page.textWhen("chat-status", /^Stopped\.$/);
  const words = Number(await page.text("words"));
  assert.ok(words < 40, `${words} words before it was stopped`);
  await page.click('[data-testid="resume"]');
  await page.browser.waitFor(
    `(words) => Number(document.querySelector('[data-testid="words"]').textContent) > words || null`,
    "more words",
    words,
  );
  await page.click('[data-testid="cut-answer"]');
  await page.textWhen("chat-status", /^StreamError: /);
  await page.click('[data-testid="resume"]');
  await page.textWhen("chat-status", /^The answer is complete\.$/);
  const answer = await page.text("answer");
  assert.match(answer, ANSWER);
  assert.equal(answer.split(" ").length, Number(await page.text("words")));
  assert.equal(await page.textWhen("chat-requests", /^3$/), "3");
}

export async function emptyQuestion(page) {
  await page.open("chat");
  await page.set("#prompt", "  ");
  await page.click('[data-testid="ask"]');
  await page.textWhen("prompt-error", /Write a question/);
  assert.equal(await page.browser.run("() => document.activeElement.id"), "prompt");
}

/** What the frames say that they are. */
const READ_FRAMES = `() => {
  const frames = Array.from(document.querySelectorAll("#panel-tabs iframe"), ({ name, contentDocument }) => {
    const part = (id) => contentDocument?.querySelector('[data-testid="' + id + '"]')?.textContent;
    return { name, role: part("role"), events: Number(part("events")), missed: part("missed") };
  });
  return { frames, open: document.querySelector('[data-testid="connections"]').dataset.open };
}`;

function framesWhen(page, condition, what) {
  return page.browser.waitFor(
    `() => { const tabs = (${READ_FRAMES})(); return (${condition})(tabs) ? tabs : null; }`,
    what,
  );
}

const oneLeader = (roles) => `({ frames, open }) => open === "1" && frames.every(({ events }) => events > 0) &&
  frames.map(({ role }) => role).sort().join() === ${JSON.stringify(roles)}`;

export async function sharing(page) {
  await page.open("tabs");
  const { frames } = await framesWhen(page, oneLeader("leader,member,member"), "a leader and two members");
  const leader = frames.find(({ role }) => role === "leader").name;
  await page.click('[data-testid="close-leader"]');
  const after = await framesWhen(page, oneLeader("leader,member"), "another leader");
  assert.ok(
    after.frames.every(({ name, missed }) => name !== leader && missed === "0"),
    JSON.stringify(after),
  );
  await page.click('[data-testid="add-frame"]');
  await framesWhen(page, oneLeader("leader,member,member"), "a third one");
  await page.click('[data-testid="freeze-leader"]');
  await page.textWhen("tabs-status", /^A frame would take this page with it/);
  await page.click('[data-testid="share"]');
  await framesWhen(
    page,
    `({ frames, open }) => open === "3" && frames.every(({ role, events }) => role === "alone" && events > 0)`,
    "a connection for each",
  );
}

export async function sharingWindow(page) {
  const { browser } = page;
  await page.open("tabs");
  await framesWhen(page, oneLeader("leader,member,member"), "a leader and two members");
  const first = await browser.command("window", undefined, "GET");
  const before = await browser.command("window/handles", undefined, "GET");
  await page.click('[data-testid="open-tab"]');
  const opened = await newWindow(browser, before);
  await browser.command("window", { handle: opened });
  const role = await browser.waitFor(
    `() => {
    const part = (id) => document.querySelector('[data-testid="' + id + '"]');
    return Number(part("events")?.textContent) > 0 ? part("role").textContent : null;
  }`,
    "events in the window",
  );
  assert.equal(role, "member");
  await browser.command("window", undefined, "DELETE");
  await browser.command("window", { handle: first });
}

function newWindow(browser, before) {
  return poll(async () => {
    const handles = await browser.command("window/handles", undefined, "GET");
    return handles.find((handle) => !before.includes(handle));
  }, "another window");
}

export async function flood(page) {
  await page.open("flood");
  await page.set("#flood-count", "2000");
  await page.click('[data-testid="flood-start"]');
  await page.textWhen("flood-status", /Done|failed/);
  const rows = await page.browser.run(
    `() => Array.from(document.querySelector('[data-testid="flood-rows"]').rows, ({ dataset }) => ({ ...dataset }))`,
  );
  assert.deepEqual(
    rows.map(({ count }) => count),
    ["2000", "2000", "2000"],
  );
  assert.ok(rows.every(({ rate }) => Number(rate) > 0));
}
