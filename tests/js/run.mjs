// The suite in every browser, scope and implementation. `node tests/js/run.mjs --help`
import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createInterface } from "node:readline";
import { BROWSER_NAMES, startBrowser } from "./lib/browsers.mjs";
import { bundleSuite } from "./lib/bundle.mjs";
import { delay, start, temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";

const HELP = `node tests/js/run.mjs [options] [FILTER...]

Runs the suite against the browser's own EventSource and ours, in every scope; with FILTER only the cases whose section
or sentence contains one of them.

  --only LIST            of ${[...BROWSER_NAMES, "node"].join(",")}
  --scope LIST           of window,dedicated-worker,shared-worker,service-worker,node
  --implementation LIST  of native,ours
  --package FOLDER       another build of the package than pkg/
  --verbose              list the cases that passed, too
`;

const SCOPES = ["window", "dedicated-worker", "shared-worker", "service-worker"];
/** A scope that reports nothing for so long has died. Longer than any case may take. */
const SILENCE = 180_000;
/** So long may the whole suite take in Node, where nobody listens for silence. */
const ALL_IN_NODE = 300_000;

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values, positionals: filter } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    scope: { type: "string" },
    implementation: { type: "string" },
    package: { type: "string", default: folder("../../pkg") },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main() {
  const tally = new Tally();
  const suiteFolder = join(temporaryFolder(), "suite");
  const packageFolder = resolve(values.package);
  const suite = join(suiteFolder, "suite.js");
  await bundleSuite(suite);
  const origins = await startServer({ "/": folder("scopes"), "/pkg": packageFolder, "/suite": suiteFolder });
  const shared = { ...origins, filter };

  const engines = chosen("only", [...BROWSER_NAMES, "node"]);
  const implementations = chosen("implementation", ["native", "ours"]);
  const scopes = chosen("scope", [...SCOPES, "node"]);
  const lines = await Promise.all(
    engines.map(async (engine) => {
      const own = [];
      try {
        if (engine === "node") {
          if (scopes.includes("node") && implementations.includes("ours")) {
            const environment = { ...shared, engine, scope: "node", implementation: "ours" };
            const entry = join(packageFolder, "dist/index.js");
            own.push(await summarize(environment, runInNode({ ...environment, suite, entry }), tally));
          }
        } else {
          const runs = scopes
            .filter((scope) => scope !== "node")
            .flatMap((scope) => implementations.map((implementation) => ({ scope, implementation })));
          await runInBrowser(engine, runs, shared, own, tally);
        }
      } catch (error) {
        tally.fail(engine, { message: error.message, stack: error.stack });
      }
      return own;
    }),
  );
  tellKnown();
  console.log(`\n${lines.flat().join("\n")}`);
  tally.end({ filtered: filter.length > 0 });
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

async function runInBrowser(engine, runs, shared, lines, tally) {
  const browser = await startBrowser(engine);
  try {
    for (const { scope, implementation } of runs) {
      const environment = { ...shared, engine, scope, implementation };
      lines.push(await summarize(environment, reportsOf(browser, environment), tally));
    }
  } finally {
    await browser.stop();
  }
}

async function* reportsOf(browser, environment) {
  await browser.goTo(`${environment.origin}/index.html`);
  await browser.run("(environment) => startSuite(environment)", environment);
  let last = Date.now();
  for (;;) {
    for (const report of await browser.run("() => takeReports()")) {
      last = Date.now();
      if (report.done) {
        return;
      }
      yield report;
    }
    if (Date.now() - last > SILENCE) {
      yield { fatal: `nothing was heard for ${SILENCE / 1000} s` };
      return;
    }
    await delay(200);
  }
}

async function* runInNode(environment) {
  const child = start(process.execPath, [folder("scopes/node.mjs"), JSON.stringify(environment)]);
  const timer = setTimeout(child.stop, ALL_IN_NODE);
  for await (const line of createInterface({ input: child.child.stdout })) {
    const report = JSON.parse(line);
    if (report.done) {
      clearTimeout(timer);
      await child.stop();
      return;
    }
    yield report;
  }
  clearTimeout(timer);
  yield { fatal: `Node ended before the suite did: ${child.output().slice(-2000)}` };
}

/** What is known to fail and did, each with the scopes in which it did. */
const known = new Map();

function tellKnown() {
  for (const [entry, scopes] of known) {
    console.log(`known   ${entry} (${scopes.join(", ")})`);
  }
}

/** Tells and counts the reports of one run; answers the line about it. */
async function summarize({ engine, scope, implementation }, reports, tally) {
  const name = engine === scope ? `${engine} ${implementation}` : `${engine} ${scope} ${implementation}`;
  const began = Date.now();
  const counts = { passed: 0, failed: 0, skipped: 0, "expected failure": 0, "unexpected pass": 0 };
  for await (const report of reports) {
    if (report.absent) {
      return `${name}: there is no EventSource here`;
    }
    const title = `${name}: ${report.section}: ${report.sentence}`;
    if (report.fatal) {
      counts.failed += 1;
      tally.fail(name, { message: report.fatal });
      continue;
    }
    counts[report.outcome] += 1;
    if (report.outcome === "passed" || report.outcome === "unexpected pass") {
      tally.pass(values.verbose ? title : undefined);
    }
    if (report.outcome === "failed") {
      tally.fail(title, report);
    } else if (report.outcome === "expected failure") {
      const entry = `${engine} ${implementation}: ${report.section}: ${report.sentence}: ${report.reason}`;
      known.set(entry, [...(known.get(entry) ?? []), scope]);
    } else if (report.outcome === "unexpected pass") {
      console.log(`NEWLY   passes: ${title}\n        was known for: ${report.reason}`);
    } else if (report.outcome === "skipped" && values.verbose) {
      console.log(`skipped ${title}\n        ${report.reason}`);
    }
  }
  const extra = [
    [counts["expected failure"], "known to fail"],
    [counts["unexpected pass"], "newly passing"],
    [counts.skipped, "not applicable"],
  ].filter(([count]) => count > 0);
  const rest = extra.map(([count, what]) => `, ${count} ${what}`).join("");
  const passed = counts.passed + counts["unexpected pass"];
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  return `${name.padEnd(40)} ${passed} passed, ${counts.failed} failed${rest} (${seconds} s)`;
}

if (values.help) {
  console.log(HELP);
} else {
  await withCleanup(main);
}
