// What each entry of the package costs who downloads it, against size-budget.json: bytes after brotli, as a server sends them.
// `node pkg/size-budget.mjs` says it for pkg/dist. A budget is what was reached, rounded up; `target` is where it should go.
import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

/** Measures the entries in a `dist/`: `[{ entry, budget, target, raw, now }]`. */
export async function measure(dist) {
  const budgets = JSON.parse(await readFile(new URL("size-budget.json", import.meta.url), "utf8"));
  const size = async (file) => {
    const bytes = await readFile(new URL(file, dist));
    return { raw: bytes.length, brotli: brotliCompressSync(bytes).length };
  };
  return Promise.all(
    Object.entries(budgets).map(async ([entry, { files, brotli: budget, target }]) => {
      const sizes = await Promise.all(files.map(size));
      const sum = (name) => sizes.reduce((all, each) => all + each[name], 0);
      return { entry, budget, target, raw: sum("raw"), now: sum("brotli") };
    }),
  );
}

/** The table of them, for people. */
export function table(rows) {
  const lines = [
    ["entry", "budget", "now", "difference", "raw", "target"],
    ...rows.map(({ entry, budget, target, raw, now }) => {
      const difference = `${now > budget ? "+" : ""}${now - budget}`;
      return [entry, `${budget}`, `${now}`, difference, `${raw}`, `${target ?? ""}`];
    }),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const cell = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return lines.map((line) => line.map(cell).join("  ").trimEnd()).join("\n");
}

/** One sentence for each entry that has grown too large. */
export function complaints(rows) {
  return rows
    .filter(({ budget, now }) => now > budget)
    .map(
      ({ entry, budget, now }) =>
        `${entry} is ${now - budget} bytes over its budget of ${budget}: make it smaller, or raise the budget in ` +
        "pkg/size-budget.json and say in the commit what the bytes are for",
    );
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await measure(new URL("dist/", import.meta.url));
  console.log(table(rows));
  for (const complaint of complaints(rows)) {
    console.error(`error: ${complaint}`);
    process.exitCode = 1;
  }
}
