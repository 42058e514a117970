// docs/conformance.md: what a full run of the suite found. The same outcomes make the same page.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { applies, below, count, grouped, passed, places } from "./outcomes.mjs";

const ENGINES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKitGTK", node: "Node" };
const STANDARD = "https://html.spec.whatwg.org/multipage/server-sent-events.html";
const IN_WORDS = { native: "the browser's own", ours: "ours" };

const INTRODUCTION = `# Conformance

<!-- Written by \`cargo xtask test\`; do not edit. -->

What the browser's own \`EventSource\` does, beside what that of this package does. A case is one statement about
[HTML §9.2, server-sent events](${STANDARD}),
and the code in \`tests/js/suite/\` that finds out whether it holds. The same code runs against the browser's own class
and against ours, in each scope that an engine has; in Node, which has none of its own, against ours. A full run of
\`cargo xtask test\` in which nothing fails writes this page: every failure on it is a known one, and has its reason below.`;

const MARKS = `| mark | |
|---|---|
| ✓ | passes in every scope where the case applies |
| ✗ | passes in none of them |
| ✗ shared worker | fails in this scope, and passes in the others |
| – | the case does not apply |`;

/** Writes the page; answers whether that has changed it. */
export async function writeConformance(path, runs) {
  const page = conformance(runs);
  if (page === (await readFile(path, "utf8").catch(() => undefined))) {
    return false;
  }
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, page);
  return true;
}

export function conformance(runs) {
  const parts = [
    INTRODUCTION,
    "## Engines",
    versions(runs),
    "How many of the cases pass, of those that apply:",
    counts(runs),
    "## Where ours is below the browser's own",
    list(belowNative(runs), "Nowhere."),
    "## Case by case",
    MARKS,
    ...tables(runs),
    "## What is known to fail and why",
    ...knownFailures(runs),
    "## What does not apply and why",
    list(notApplying(runs), "Every case applies everywhere."),
  ];
  return `${parts.join("\n\n")}\n`;
}

function versions(runs) {
  const lines = [...grouped(runs, ({ engine }) => engine)].map(([engine, [{ version }]]) => {
    return `- ${ENGINES[engine]}: ${escape(version)}`;
  });
  return lines.join("\n");
}

function counts(runs) {
  const rows = places(runs).map(({ engine, scope, native, ours }) => {
    return [ENGINES[engine], scopeName(scope), count(native), count(ours)];
  });
  return table(["engine", "scope", "native", "ours"], rows);
}

function tables(runs) {
  const columns = [...grouped(runs, ({ engine, implementation }) => `${ENGINES[engine]} ${implementation}`)];
  return [...grouped(casesOf(runs), ({ section }) => section)].flatMap(([section, cases]) => {
    const rows = cases.map(({ index, sentence }) => {
      return [escape(sentence), ...columns.map(([, ofColumn]) => cell(ofColumn, index))];
    });
    return [`### ${escape(section)}`, table(["case", ...columns.map(([title]) => title)], rows)];
  });
}

/** Every case once, in the order of the suite. */
function casesOf(runs) {
  const cases = new Map(runs.flatMap(({ reports }) => reports).map((report) => [report.index, report]));
  return [...cases.values()].sort((a, b) => a.index - b.index);
}

function cell(runs, index) {
  const results = runs
    .map((run) => ({ scope: run.scope, report: run.report(index) }))
    .filter(({ report }) => report && applies(report));
  const failing = results.filter(({ report }) => !passed(report));
  if (failing.length === results.length) {
    return results.length === 0 ? "–" : "✗";
  }
  return failing.length === 0 ? "✓" : `✗ ${failing.map(({ scope }) => scopeName(scope)).join(", ")}`;
}

/** For each engine a heading and a list: the reason, then who fails, in which scopes, and in which cases. */
function knownFailures(runs) {
  const parts = [...grouped(runs, ({ engine }) => engine)].flatMap(([engine, ofEngine]) => {
    const failures = failuresOf(ofEngine);
    if (failures.length === 0) {
      return [];
    }
    const reasons = [...grouped(failures, ({ reason }) => reason)].map(([reason, ofReason]) => {
      const wheres = [...grouped(ofReason, ({ where }) => where)].map(([where, cases]) => {
        return `  - ${where}:\n${cases.map((name) => `    - ${caseName(name)}`).join("\n")}`;
      });
      return `- ${escape(reason)}\n${wheres.join("\n")}`;
    });
    return [`### ${ENGINES[engine]}`, reasons.join("\n")];
  });
  return parts.length === 0 ? ["Nothing."] : parts;
}

/** `{ section, sentence, reason, where }`, one for each case and reason. */
function failuresOf(runs) {
  const all = runs.flatMap((run) => run.reports.map((report) => ({ ...report, run })));
  const failures = all.filter((report) => applies(report) && !passed(report));
  const ofCases = [...grouped(failures, ({ index, reason }) => `${index} ${reason}`).values()];
  return ofCases.map((reports) => {
    const [{ index, section, sentence, reason }] = reports;
    const scopes = grouped(reports.map(({ run }) => run), ({ implementation }) => implementation);
    const lists = [...scopes].map(([implementation, failing]) => {
      const applying = runs.filter((run) => {
        return run.implementation === implementation && run.report(index) && applies(run.report(index));
      });
      const names = failing.map(({ scope }) => scopeName(scope)).join(", ");
      return { implementation, scopes: failing.length === applying.length ? "wherever it applies" : names };
    });
    const wheres = [...grouped(lists, ({ scopes }) => scopes)].map(([names, ofNames]) => {
      return `${ofNames.map(({ implementation }) => IN_WORDS[implementation]).join(" and ")}, ${names}`;
    });
    return { index, section, sentence, reason, where: wheres.join("; ") };
  }).sort((a, b) => a.index - b.index);
}

function belowNative(runs) {
  const cases = [...grouped(below(runs), ({ ours }) => `${ours.index} ${ours.reason}`).values()];
  return cases
    .sort(([a], [b]) => a.ours.index - b.ours.index)
    .map((ofCase) => {
      const engines = [...grouped(ofCase, ({ engine }) => engine)].map(([engine, found]) => {
        return `${ENGINES[engine]} (${found.map(({ scope }) => scopeName(scope)).join(", ")})`;
      });
      const [{ ours }] = ofCase;
      const what = applies(ours) ? "" : "not run against ours: ";
      return `${caseName(ours)}\n  - ${what}${escape(ours.reason)}\n  - ${engines.join(", ")}`;
    });
}

function notApplying(runs) {
  const all = runs.flatMap((run) => run.reports.map((report) => ({ ...report, run })));
  const reasons = grouped(all.filter((report) => !applies(report)), ({ reason }) => reason);
  return [...reasons].map(([reason, reports]) => {
    const size = new Set(reports.map(({ index }) => index)).size;
    const where = new Set(reports.map(({ run }) => `${ENGINES[run.engine]} ${run.implementation}`));
    return `${escape(reason)}: ${size} ${size === 1 ? "case" : "cases"} (${[...where].join(", ")})`;
  });
}

function caseName({ section, sentence }) {
  return `${escape(section)}: ${escape(sentence)}`;
}

function list(items, none) {
  return items.length === 0 ? none : items.map((item) => `- ${item}`).join("\n");
}

function table(head, rows) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  return [row(head), `|${head.map(() => "---|").join("")}`, ...rows.map(row)].join("\n");
}

function scopeName(scope) {
  return scope === "node" ? "Node" : scope.replace("-", " ");
}

/** Text that means nothing to Markdown or HTML; a character that would not be seen is named. */
function escape(text) {
  return text
    .replace(/[\\`*_{}[\]<>#|~&]/g, "\\$&")
    .replace(/[\p{C}\u2028\u2029]/gu, (character) => {
      return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    });
}
