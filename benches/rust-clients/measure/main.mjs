// Compares the Rust clients in browsers, and writes what it finds: `node main.mjs APPS PAGE [--rounds N]`.
// APPS is the folder of the built apps; `cargo xtask bench --only rust` makes it and runs this.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { pathToFileURL, fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startBrowser } from "../../../tests/js/lib/browsers.mjs";
import { withCleanup } from "../../../tests/js/lib/resources.mjs";
import { startServer } from "../../../tests/js/lib/server.mjs";
import { behaviours } from "./behaviours.mjs";
import { BASE, CLIENTS, linesOf, sizesOf, versions } from "./clients.mjs";
import { report } from "./report.mjs";
import { serverSpeeds, speeds } from "./speed.mjs";

const BROWSERS = ["chromium", "firefox"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" } },
});

async function main() {
  const [apps, page] = positionals;
  const rounds = Number(values.rounds);
  const [load] = loadavg();
  const origins = await startServer({ "/": fileURLToPath(new URL("../pages", import.meta.url)), "/apps": apps });
  const server = await serverSpeeds(origins);
  const engines = await Promise.all(BROWSERS.map((name) => startBrowser(name, { answerTime: 300_000 })));
  // One at a time: what one browser computes, another would wait for.
  const measured = [];
  for (const browser of engines) {
    measured.push(await speeds(browser, origins, rounds));
  }
  // Here they mostly wait.
  const observed = await Promise.all(engines.map((browser) => behaviours(browser, origins, CLIENTS)));
  await Promise.all(engines.map((browser) => browser.stop()));
  const folder = pathToFileURL(`${apps}/`);
  const results = {
    rounds,
    server,
    machine: { model: cpus()[0].model.trim(), cores: cpus().length, load },
    date: new Date().toISOString().slice(0, 10),
    versions: Object.fromEntries(await versions()),
    engines: engines.map((browser, index) => {
      return { name: browser.name, version: browser.version, speeds: measured[index], behaviours: observed[index] };
    }),
    base: await sizesOf(folder, BASE),
    clients: await Promise.all(
      CLIENTS.map(async (client) => {
        return { ...client, sizes: await sizesOf(folder, client.name), lines: await linesOf(client.name) };
      }),
    ),
  };
  await writeFile(`${apps}/results.json`, JSON.stringify(results, undefined, 1));
  await writeFile(page, report(results));
}

await withCleanup(main);
