// The suite in every browser, scope and implementation. `node tests/js/run.mjs --help`
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createInterface } from "node:readline";
import { BROWSER_NAMES, startBrowser } from "./lib/browsers.mjs";
import { bundleShared, bundleSuite } from "./lib/bundle.mjs";
import { writeConformance } from "./lib/conformance.mjs";
import { below, count, IMPLEMENTATIONS, isUndeclared, places, Run } from "./lib/outcomes.mjs";
import { delay, start, temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";

const HELP = `node tests/js/run.mjs [options] [FILTER...]

Runs the suite against the browser's own EventSource and ours, in every scope; with FILTER only the cases whose section
or sentence contains one of them. A full run of pkg/ in which nothing fails writes docs/conformance.md.

  --only LIST            of ${[...BROWSER_NAMES, "node"].join(",")}
  --scope LIST           of window,dedicated-worker,shared-worker,service-worker,node
  --implementation LIST  of native,ours,javascript,shared. javascript is ours with the engine as JavaScript: in Node, and in windows
                         where a policy forbids WebAssembly; by default in Node and Chromium. shared is ours with each connection
                         shared with nobody, and only where it is asked for
  --package FOLDER       another build of the package than pkg/
  --report FILE          write the outcomes there, as JSON
  --verbose              list the cases that passed, too
`;

const SCOPES = ["window", "dedicated-worker", "shared-worker", "service-worker"];
/** A scope that reports nothing for so long has died. Longer than any case may take. */
const SILENCE = 300_000;
/** So long may the whole suite take in Node, where nobody listens for silence. */
const ALL_IN_NODE = 300_000;
/** The policy of the page whose engine is JavaScript. */
const NO_WEBASSEMBLY = "script-src 'self'";
/** Firefox keeps a few connections that were aborted, over all scopes: see `LEFT_OPEN_IN_FIREFOX` in harness/run.js. It would have six. */
const CONNECTIONS_OF_FIREFOX = { "network.http.max-persistent-connections-per-server": 50 };
/** How many cases may fail once and then pass: a busy machine explains a few of them. See harness/run.js. */
const UNSTEADY = 10;

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const PACKAGE = folder("../../pkg");
const { values, positionals: filter } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    scope: { type: "string" },
    implementation: { type: "string" },
    package: { type: "string", default: PACKAGE },
    report: { type: "string" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

async function main() {
  const tally = new Tally();
  const suiteFolder = join(temporaryFolder(), "suite");
  const packageFolder = resolve(values.package);
  const suite = join(suiteFolder, "suite.js");
  await Promise.all([bundleSuite(suite), bundleShared(join(suiteFolder, "shared.js"), packageFolder)]);
  const origins = await startServer({ "/": folder("scopes"), "/pkg": packageFolder, "/suite": suiteFolder });
  const shared = { ...origins, filter };

  const engines = chosen("only", [...BROWSER_NAMES, "node"]);
  const implementations = chosen("implementation", [...IMPLEMENTATIONS, "javascript"], [...IMPLEMENTATIONS, "javascript", "shared"]);
  const scopes = chosen("scope", [...SCOPES, "node"]);
  const done = await Promise.all(
    engines.map(async (engine) => {
      const own = [];
      try {
        if (engine === "node") {
          for (const implementation of implementations.filter((name) => name !== "native" && scopes.includes("node"))) {
            const version = process.version.slice(1);
            const run = new Run({ engine, version, scope: "node", implementation });
            const dist = join(packageFolder, "dist");
            own.push({ run, line: await follow(run, runInNode({ ...shared, ...place(run), suite, dist }), tally) });
          }
        } else {
          const runs = scopes
            .filter((scope) => scope !== "node")
            .flatMap((scope) => implementations.map((implementation) => ({ scope, implementation })))
            .filter(({ scope, implementation }) => implementation !== "javascript" || isForJavascript(engine, scope));
          await runInBrowser(engine, runs, shared, own, tally);
        }
      } catch (error) {
        tally.fail(engine, { message: error.message, stack: error.stack });
      }
      return own;
    }),
  );
  const runs = done.flat().map(({ run }) => run);
  tellTogether(runs, tally);
  console.log(`\n${done.flat().map(({ line }) => line).join("\n")}\n`);
  tellCounts(runs);
  if (values.report) {
    await writeFile(values.report, `${JSON.stringify(runs, null, 1)}\n`);
  }
  const all = ["only", "scope", "implementation"].every((name) => values[name] === undefined);
  if (all && filter.length === 0 && packageFolder === resolve(PACKAGE)) {
    await writePage(runs, tally);
  }
  tally.end({ filtered: filter.length > 0 });
}

/** The values of a `--name a,b` option, all of them without it. */
function chosen(name, all, known = all) {
  const asked = values[name]?.split(",") ?? all;
  const unknown = asked.filter((value) => !known.includes(value));
  if (unknown.length > 0) {
    throw new Error(`--${name} is a list of ${known.join(",")}; it does not know ${unknown.join(",")}`);
  }
  return asked;
}

/** One window is enough, unless another browser is asked for. */
function isForJavascript(engine, scope) {
  return scope === "window" && (engine === "chromium" || values.implementation !== undefined);
}

/** What a case may know of the run it is in. */
function place({ engine, scope, implementation }) {
  return { engine, scope, implementation };
}

async function runInBrowser(engine, runs, shared, done, tally) {
  const browser = await startBrowser(engine, { preferences: engine === "firefox" ? CONNECTIONS_OF_FIREFOX : {} });
  try {
    for (const { scope, implementation } of runs) {
      const run = new Run({ engine, version: browser.version, scope, implementation });
      const reports = reportsOf(browser, { ...shared, ...place(run) });
      done.push({ run, line: await follow(run, reports, tally) });
    }
  } finally {
    await browser.stop();
  }
}

async function* reportsOf(browser, environment) {
  const { origin, implementation } = environment;
  const policy = implementation === "javascript" ? `csp?policy=${encodeURIComponent(NO_WEBASSEMBLY)}&page=/` : "";
  await browser.goTo(`${origin}/${policy}index.html`);
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

/** Tells and counts the reports of one run, which takes them; answers the line about it. */
async function follow(run, reports, tally) {
  const began = Date.now();
  const fatal = [];
  for await (const report of reports) {
    if (report.absent) {
      run.absent = true;
    } else if (report.fatal) {
      fatal.push(report.fatal);
    } else {
      run.add(report);
      if (!report.again) {
        tell(run, report, tally);
      }
    }
  }
  for (const message of fatal) {
    tally.fail(run.name, { message });
  }
  // The scope has died before it could repeat them.
  for (const report of run.reports.filter(({ again }) => again)) {
    tell(run, report, tally);
  }
  if (run.absent) {
    return `${run.name}: there is no EventSource here`;
  }
  const having = (...outcomes) => run.reports.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const extra = [
    [having("expected failure"), "known to fail"],
    [having("unexpected pass"), "newly passing"],
    [having("skipped"), "not applicable"],
  ].filter(([count]) => count > 0);
  const rest = extra.map(([count, what]) => `, ${count} ${what}`).join("");
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  const failed = having("failed") + fatal.length;
  return `${run.name.padEnd(40)} ${having("passed", "unexpected pass")} passed, ${failed} failed${rest} (${seconds} s)`;
}

function tell(run, report, tally) {
  const title = `${run.name}: ${report.section}: ${report.sentence}`;
  if (report.outcome === "passed" || report.outcome === "unexpected pass") {
    tally.pass(values.verbose ? title : undefined);
  } else if (report.outcome === "failed") {
    tally.fail(title, report);
  } else if (report.outcome === "skipped" && values.verbose) {
    console.log(`skipped ${title}\n        ${report.reason}`);
  }
}

/** What can be said only when all runs are over. */
function tellTogether(runs, tally) {
  tellGrouped("known  ", runs, "expected failure");
  tellGrouped("NEWLY   passes:", runs, "unexpected pass");
  for (const { name, native, ours } of below(runs)) {
    if (isUndeclared({ ours })) {
      const message = "the browser's own passes, ours does not, and the case does not say why";
      tally.fail(`${name}: ours below native: ${native.section}: ${native.sentence}`, { message });
    }
  }
  const told = runs.flatMap((run) => run.reports.map((report) => ({ run, report })));
  const unsteady = told.filter(({ report }) => report.unsteady);
  for (const { run, report } of unsteady) {
    console.log(`UNSTEADY ${run.name}: ${report.section}: ${report.sentence}: ${report.unsteady}`);
  }
  if (unsteady.length > UNSTEADY) {
    const message = `${unsteady.length} cases had another outcome the second time; a busy machine explains ${UNSTEADY}`;
    tally.fail("steadiness", { message });
  }
}

/** One line for each case that has this outcome, with the scopes where it has. */
function tellGrouped(label, runs, outcome) {
  const scopes = new Map();
  for (const { engine, scope, implementation, reports } of runs) {
    for (const { section, sentence, reason } of reports.filter((report) => report.outcome === outcome)) {
      const entry = `${engine} ${implementation}: ${section}: ${sentence}: ${reason}`;
      scopes.set(entry, [...(scopes.get(entry) ?? []), scope]);
    }
  }
  for (const [entry, of] of scopes) {
    console.log(`${label} ${entry} (${of.join(", ")})`);
  }
}

function tellCounts(runs) {
  const row = (...cells) => console.log(cells.map((cell) => cell.padEnd(26)).join("").trimEnd());
  row("", "native", "ours");
  for (const { name, native, ours } of places(runs)) {
    row(name, count(native), count(ours));
  }
}

/** Only when nothing has failed: then every failure on the page is one that is known, and the reason is there. */
async function writePage(runs, tally) {
  if (tally.failed > 0) {
    console.log("docs/conformance.md is left as it was: there are failures");
  } else if (await writeConformance(folder("../../docs/conformance.md"), runs.filter(({ implementation }) => IMPLEMENTATIONS.includes(implementation)))) {
    console.log("docs/conformance.md has changed");
  }
}

if (values.help) {
  console.log(HELP);
} else {
  await withCleanup(main);
}
