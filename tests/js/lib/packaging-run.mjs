// A project of tests/packaging/ that is made: what it does, and what it should have done.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { runScript, startScript } from "./packaging-projects.mjs";
import { poll } from "./resources.mjs";

const EVENTS = Array.from({ length: 12 }, (_, index) => [`${index + 1}`, `event ${index + 1}`]);
const DELTAS = Array.from({ length: 20 }, (_, index) => `delta ${index + 1}.`);

/** How long a development server may take to say where it is, in milliseconds. */
const MAX_TIME = 120_000;

/** What the exercise of tests/packaging/common/ comes to. */
const EXPECTED = {
  opened: 3,
  events: EVENTS,
  refused: { readyState: 2, reason: "status", status: 404 },
  deltas: DELTAS.join(""),
  thrown: { isStreamError: true, reason: "status", status: 404 },
};

/** A page or program of a project is built once, for all browsers. */
export async function build({ scripts }, folder) {
  if (scripts.build) {
    await runScript(folder, "build");
  }
}

/** Runs what was built. Answers the outcome, and where its streams are; nothing of a program that judges for itself. */
export async function runOf({ name, scripts }, folder, { script, browser, arguments: args, policy }, place) {
  if (script === "test") {
    await runScript(folder, script, { TARBALL: place.tarball });
    return undefined;
  }
  const key = [name, script?.replace(":", "-") ?? browser].join("-");
  const streams = `${place.origin}/streams/${key}`;
  await writeStreams(streams);
  if (script) {
    const output = await runScript(folder, script, { STREAMS: streams });
    return { streams, outcome: JSON.parse(output.match(/^OUTCOME (.*)$/m)?.[1] ?? "null"), output };
  }
  const how = { server: scripts.serve, browser, arguments: args, policy, streams: new URL(streams).pathname };
  return { streams, ...(await show(name, folder, how, place)) };
}

/** Scripts of the test server: three connections of four events each, and an answer that ends. */
async function writeStreams(streams) {
  const sends = (texts) => ({ send: texts.map((text) => `${text}\n\n`).join("") });
  const four = (first) => EVENTS.slice(first, first + 4).map(([id, data]) => `id: ${id}\ndata: ${data}`);
  await put(streams, [
    { steps: [sends(["retry: 1", ...four(0)])] },
    { steps: [sends(four(4))] },
    { steps: [sends(four(8)), { hang: true }] },
  ]);
  await put(`${streams}-deltas`, [{ steps: [sends(DELTAS.map((text) => `data: ${text}`))] }]);
}

async function put(url, attempts) {
  const { status } = await fetch(url, { method: "PUT", body: JSON.stringify({ attempts }) });
  assert.equal(status, 204);
}

/** Puts a page where the test server has it, which may show it under another path. Answers its own. */
export async function publish(name, folder, pages) {
  await cp(join(folder, "dist"), join(pages, name), { recursive: true, dereference: true });
  if (!existsSync(join(pages, name, "index.html"))) {
    const html = await readFile(join(folder, "index.html"), "utf8");
    await writeFile(join(pages, name, "index.html"), html.replace('"./main.js"', `"/${name}/main.js"`));
  }
  return `/${name}/index.html`;
}

/** The page of a project in a browser, from its own server or from ours. */
async function show(name, folder, { server, browser: browserName, arguments: args, policy, streams }, { pages, origin, browserOf }) {
  const browser = await browserOf(browserName, args);
  if (server) {
    const { url, stop } = await serve(name, folder, origin);
    return openPage(browser, url, { streams }).finally(stop);
  }
  const page = await publish(name, folder, pages);
  return policy
    ? openPage(browser, `${origin}/csp`, { page, policy, streams })
    : openPage(browser, origin + page, { streams });
}

/** Starts a project's own server, which hands on what is asked of /streams. Answers its page's URL; `stop` ends the server. */
async function serve(name, folder, streamServer) {
  const running = startScript(folder, "serve", { SERVER: streamServer });
  const told = async () => {
    if (running.child.exitCode !== null) {
      throw new Error(`the server of ${name} has ended: ${running.output()}`);
    }
    return running.output().match(/http:\/\/(127\.0\.0\.1|localhost):\d+\//)?.[0];
  };
  return { url: await poll(told, `the server of ${name}`, MAX_TIME), stop: running.stop };
}

async function openPage(browser, url, query) {
  await logOf(browser); // That of the page before.
  await browser.goTo(`${url}?${new URLSearchParams(query)}`);
  const { told, ...outcome } = await browser.waitFor("() => window.outcome", `the outcome of ${url}`);
  return { outcome, told: [...told, ...(await logOf(browser))] };
}

/** What Chromium itself has written to the console since it was asked last. Other browsers do not tell. */
async function logOf(browser) {
  if (browser.name !== "chromium") {
    return [];
  }
  const lines = await browser.command("se/log", { type: "browser" });
  return lines.map(({ level, message }) => `${level}: ${message}`);
}

/** Fails unless the outcome is as expected, and each connection went on from the last event of the one before. */
export async function judge({ entry, tells }, { streams, outcome, output, told = [] }) {
  const { opened, events, refused, ...ofStreams } = EXPECTED;
  const expected = entry === "stream" ? ofStreams : EXPECTED;
  if (!isDeepStrictEqual(outcome, expected)) {
    // Without the lines that assert.deepEqual() would write, one for each member.
    const message = `the outcome is another one${output ? `:\n${output}` : ""}`;
    throw new assert.AssertionError({ message, actual: outcome, expected });
  }
  // A refused source is told of, by us and by the browser; nothing else is but what the project says.
  const known = ["-none", ...tells];
  assert.deepEqual(told.filter((line) => !known.some((words) => line.includes(words))), []);
  if (entry !== "stream") {
    const requests = await (await fetch(`${streams}/requests`)).json();
    const lastEventIds = requests.map(({ headers }) => headers.find(([name]) => name === "last-event-id")?.[1]);
    assert.deepEqual(lastEventIds, [undefined, "4", "8"]);
  }
}
