// Compares clients of event streams in browsers: `node main.mjs --apps FOLDER --app FOLDER --out FILE [options]`, as
// `cargo xtask bench --only browser` calls it. The folders have the Rust apps that are measured, and the one of
// `cargo xtask app-size`; FILE gets what is found.
import { stat } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { BROWSER_NAMES } from "../../../tests/js/lib/browsers.mjs";
import { startHost } from "../../../tests/js/lib/hosts.mjs";
import { temporaryFolder, withCleanup } from "../../../tests/js/lib/resources.mjs";
import { startServer } from "../../../tests/js/lib/server.mjs";
import { chosenClients, EXTERNAL, makeSite, save, versions } from "./clients.mjs";
import { blocking, delays, firsts } from "./latency.mjs";
import { memory } from "./memory.mjs";
import { Pages } from "./pages.mjs";
import { print } from "./print.mjs";
import { sizes } from "./sizes.mjs";
import { expectations, serverSpeeds, speeds, STREAMS } from "./speed.mjs";

/** How long a measurement may take, in milliseconds. */
const ANSWER_TIME = 300_000;

const MEASURES = ["speed", "delay", "first", "blocking", "memory", "sizes"];

const { values } = parseArgs({
  options: {
    apps: { type: "string" },
    app: { type: "string" },
    out: { type: "string" },
    browser: { type: "string" },
    stream: { type: "string" },
    client: { type: "string" },
    measure: { type: "string" },
    rounds: { type: "string", default: "5" },
    package: { type: "string", default: fileURLToPath(new URL("../../../pkg", import.meta.url)) },
    baseline: { type: "string" },
  },
});

async function main() {
  const settings = {
    rounds: Number(values.rounds),
    browsers: chosen("browser", BROWSER_NAMES),
    streams: chosen("stream", STREAMS),
    measures: chosen("measure", MEASURES),
    clients: chosenClients(values.client, values.baseline),
  };
  const [load] = loadavg();
  const packageFolder = resolve(values.package);
  const site = join(temporaryFolder(), "site");
  await makeSite(site, packageFolder, values.baseline && resolve(values.baseline));
  const origins = await startServer({ "/": site, "/rust": values.apps });
  const results = {
    rounds: settings.rounds,
    date: new Date().toISOString().slice(0, 10),
    machine: { model: cpus()[0].model.trim(), cores: cpus().length, load },
    versions: await versions(packageFolder),
    clients: [...settings.clients, EXTERNAL],
    streams: await expectations(origins, [...new Set(["A", ...settings.streams])]),
    browsers: [],
  };
  results.server = await serverSpeeds(origins, results.streams);
  // One at a time: what one browser computes, another would wait for.
  for (const name of settings.browsers) {
    await inBrowser(name, origins, settings, results);
  }
  if (settings.measures.includes("sizes")) {
    results.sizes = await sizes(packageFolder);
    results.rustApp = await rustApp(values.app);
  }
  await save(values.out, results);
  print(results);
}

/** The values of a `--name a,b` option, all of them without it. */
function chosen(name, all) {
  const asked = values[name]?.split(",") ?? all;
  const unknown = asked.filter((value) => !all.includes(value));
  if (unknown.length > 0) {
    throw new Error(`--${name} is a list of ${all.join(",")}; it does not know ${unknown.join(",")}`);
  }
  return asked;
}

/** Adds what it finds to the results, and keeps these after each step: a browser that dies takes nothing with it. */
async function inBrowser(name, origins, { clients, streams, rounds, measures }, results) {
  const { streams: expected } = results;
  const browser = await startHost(name, { ...MORE[name], answerTime: ANSWER_TIME });
  const pages = new Pages(browser, origins);
  const tell = (what) => console.error(`${name}: ${what}`);
  const result = { name, version: browser.version };
  results.browsers.push(result);
  const steps = {
    speed: () => speeds(pages, { streams, clients, rounds, expected }, (what) => tell(`speed, ${what}`)),
    delay: () => delays(pages, clients, rounds),
    first: () => firsts(pages, [...clients, ...(clients.some(isOurs) ? [EXTERNAL] : [])], rounds),
    blocking: () => blocking(pages, clients, rounds, expected.A),
    // Without garbage being collected it says nothing.
    ...(browser.collectGarbage && { memory: () => memory(pages, clients, expected.A) }),
  };
  for (const [measure, step] of Object.entries(steps).filter(([measure]) => measures.includes(measure))) {
    try {
      result[measure === "delay" ? "delays" : measure] = await step();
      tell(`${measure} is done`);
    } catch (error) {
      tell(`${measure} has failed: ${error.message}`);
      process.exitCode = 1;
    }
    await save(values.out, results);
  }
  await browser.stop();
}

function isOurs({ name }) {
  return name === "ours-listener";
}

const MORE = {
  chromium: {
    arguments: [
      // A page's account of its memory is otherwise kept for the next collection, some 20 s later.
      "--enable-blink-features=ForceEagerMeasureMemory",
      // Pages that are over must not live on.
      "--disable-features=BackForwardCache",
    ],
  },
  // Otherwise its clocks are rounded, and jump: also the date, by which they are set.
  firefox: { preferences: { "privacy.reduceTimerPrecision": false } },
};

/** What a Rust app grows by when it follows a stream of events, in bytes of WebAssembly. */
async function rustApp(folder) {
  const [without, grown] = await Promise.all(["without", "with"].map((app) => stat(join(folder, app, "app_bg.wasm"))));
  return grown.size - without.size;
}

await withCleanup(main);
