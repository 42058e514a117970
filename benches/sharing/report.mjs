// docs/sharing-benchmarks.md, of what was measured.
import { median, table, thousands } from "../rust-clients/measure/text.mjs";

const ENGINES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKitGTK" };

export function report({ engines, machine, rounds, date }) {
  const versions = engines.map(({ version }) => version).join(", ");
  const parts = [
    `# What sharing costs

<!-- Written by \`cargo xtask bench --only sharing\`; do not edit. -->

Sources of the npm package that share a connection (\`wasm-eventsource/shared\`), beside a source of the same build that has one of its own:
a *lone* source. Each tab is a window with a process of its own. The scripts are in \`benches/sharing/\`.

${versions}, headless; ${machine.model}, ${machine.cores} cores, server and browser on the same machine, which had a load of
${machine.load.toFixed(1)} before; ${date}. ${rounds} rounds, in which all take turns. Other machines have other numbers: the ratios are what to look at.`,
    `## Delay

How much later a member gets an event than a lone source in the same page, in milliseconds: the leader is another tab, and an event
comes each 5 ms. For comparison, the same of two lone sources. Less than zero is earlier.`,
    table(["", "p50", "p99", "two lone sources, p50", "p99"], engines.map(delayRow)),
    `## Events per second

30,000 events of 24 bytes come at once. The time runs from the first event in any tab to the last event in any tab, so this is the pace of
the slowest one. All tabs have ${machine.cores} cores together, and each interprets the stream and dispatches its events by itself.`,
    table(["", "lone source", "1 tab", "2 tabs", "6 tabs", "20 tabs"], engines.map(speedRow)),
    `The same as events that are dispatched in all tabs together, as a multiple of the lone source's:`,
    table(["", "1 tab", "2 tabs", "6 tabs", "20 tabs"], engines.map(totalRow)),
    `## Memory

What each of 20 idle sources adds to the process of a page that has one already, in KB: members of one group, and lone ones with
20 connections. What the browser's network process has for a connection is not in it.`,
    table(["", "member", "lone source"], engines.map(memoryRow)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function delayRow({ engine, delays: { member, lone } }) {
  return [ENGINES[engine], ...[member, lone].flatMap((all) => [0.5, 0.99].map((share) => quantile(all, share).toFixed(2)))];
}

function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))];
}

function speedRow({ engine, speeds: { lone, ...shared } }) {
  const base = median(lone);
  const cells = Object.values(shared).map((all) => `${thousands(median(all))} (${ratio(median(all) / base)})`);
  return [ENGINES[engine], thousands(base), ...cells];
}

function ratio(number) {
  return `${Number(number.toPrecision(2))} ×`;
}

function totalRow({ engine, speeds: { lone, ...shared } }) {
  return [ENGINES[engine], ...Object.entries(shared).map(([count, all]) => ratio((count * median(all)) / median(lone)))];
}

function memoryRow({ engine, memory }) {
  return [ENGINES[engine], ...[memory.member, memory.lone].map((all) => (median(all) / 1024).toFixed(0))];
}
