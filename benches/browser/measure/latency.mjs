// What is not about floods: how late an event is, when the first one comes, and how long the page stands still.
import { turned } from "./speed.mjs";

/** Events in a block, and the milliseconds between them. */
const TICKS = { count: 200, every: 10 };

/** `{ results: [{ client, count, p50, p90, p99, longest }] }`, in milliseconds. All are in one page: so is their clock. */
export async function delays(pages, clients, rounds) {
  const names = clients.filter(({ name, kind }) => kind !== "wasm" && kind !== "floor" && name !== "sse").map(({ name }) => name);
  const patience = 60_000 + names.length * rounds * TICKS.count * TICKS.every * 2;
  const found = await pages.in((call) => call("delays", names, { ...TICKS, blocks: rounds }), { patience });
  if (found.failed) {
    return found;
  }
  return { results: found.map(({ name, delays: list }) => ({ client: name, ...quantiles(list) })) };
}

function quantiles(list) {
  const sorted = [...list].sort((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), longest: sorted.at(-1) };
}

/** `{ client, runs: [ms] }`: from the import to the first event, each time in a fresh page and without a cache. */
export function firsts(pages, clients, rounds) {
  return inRounds(pages, clients.filter(({ kind }) => kind !== "floor"), rounds, "first");
}

/** `{ client, runs: [{ milliseconds, timer, frame, longTask }] }`, under the flood A. */
export function blocking(pages, clients, rounds, { bytes }) {
  const those = clients.filter(({ kind }) => kind !== "floor");
  return inRounds(pages, those, rounds, "blocking", { stream: "A", mode: "sample", bytes });
}

async function inRounds(pages, clients, rounds, what, ...args) {
  const results = clients.map(({ name }) => ({ client: name, runs: [] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const result of turned(results, round).filter(({ failed, absent }) => !failed && !absent)) {
      const found = await pages.call(what, result.client, ...args);
      if (found.failed) {
        result.failed = found.failed;
      } else if (found.notThere) {
        result.absent = true;
      } else {
        result.runs.push(args.length === 0 ? found.milliseconds : found);
      }
    }
  }
  return results;
}
