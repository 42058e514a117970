// What connections cost, and what is left after many events: by the page's own account, and by that of the system.
import { readdir, readFile } from "node:fs/promises";
import { delay } from "../../../tests/js/lib/resources.mjs";
import { Port } from "../../../tests/js/harness/stream.js";

const CONNECTIONS = 100;
/** A browser makes six connections to one origin. */
const PER_ORIGIN = 5;
/** When processes give back no more than so many bytes between two looks, they are at rest. */
const SETTLED = 256 * 1024;

/**
 * `{ client, loaded, idle, first, second }`, each `{ heap, wasm, process }` in bytes: what the client itself adds with its first event,
 * and to that `CONNECTIONS` idle ones, or a flood that is over; and what a second flood adds. `heap` is null where a browser does not
 * tell.
 */
export async function memory(pages, clients, { bytes }) {
  const urls = await idleUrls(pages.origins);
  const countsWebAssembly = await pages.in((call) => call("countsWebAssembly"));
  const growth = (before, after) => difference(before, after, countsWebAssembly);
  const results = [];
  for (const { name } of clients.filter(({ kind }) => kind !== "wasm" && kind !== "floor")) {
    const found = await pages.in(async (call) => {
      const flood = () => call("flood", name, { stream: "A", mode: "sample", bytes });
      const took = [await taken(pages, call)];
      for (const step of [() => call("first", name), flood, flood]) {
        const { notThere } = await step();
        if (notThere) {
          return { absent: true };
        }
        took.push(await taken(pages, call));
      }
      const [loaded, first, second] = took.slice(1).map((now, index) => growth(took[index], now));
      return { loaded, first, second };
    });
    const idle = found.absent ? {} : await pages.in(async (call) => {
      // Not what is loaded at first use.
      await call("first", name);
      const before = await taken(pages, call);
      await call("hold", name, urls);
      return { idle: growth(before, await taken(pages, call)) };
    });
    results.push({ client: name, ...found, ...idle });
  }
  return results;
}

/** The URLs of streams that send an event and then nothing. */
async function idleUrls(origins) {
  const ports = await Promise.all(Array.from({ length: CONNECTIONS / PER_ORIGIN }, () => Port.reserve(origins)));
  await Promise.all(ports.map((port) => port.open()));
  const many = Array.from({ length: CONNECTIONS }, (_, index) => ports[Math.floor(index / PER_ORIGIN)]);
  return many.map(({ origin }) => `${origin}/bench/ticks?count=1`);
}

/** `heap` is without the memory of WebAssembly. */
function difference(before, after, countsWebAssembly) {
  const wasm = after.wasm - before.wasm;
  const processes = [...after.processes].filter(([id]) => before.processes.has(id));
  return {
    heap: before.heap === null ? null : after.heap - before.heap - (countsWebAssembly ? wasm : 0),
    wasm,
    process: processes.reduce((sum, [id, bytes]) => sum + bytes - before.processes.get(id), 0),
  };
}

/** Once the processes have given back what they will, or after some seconds. */
async function taken({ browser }, call) {
  let processes;
  for (let time = 0; time < 8; time += 1) {
    // What is let go of in one collection is found in the next.
    await browser.collectGarbage?.();
    await browser.minimizeMemory?.();
    await delay(300);
    const last = processes;
    processes = await contentProcesses(browser.pid);
    if (last !== undefined && time > 1 && total(last) - total(processes) < SETTLED) {
      break;
    }
  }
  return { ...(await call("memory")), processes };
}

function total(processes) {
  return [...processes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** The memory of each process below this one that runs pages, by its id: what it has written to, and shares with nobody else. */
export async function contentProcesses(ancestor) {
  const parents = new Map();
  for (const id of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(`/proc/${id}/stat`, "utf8").catch(() => undefined);
    if (stat !== undefined) {
      parents.set(Number(id), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    }
  }
  const isBelow = (id) => id === ancestor || (parents.has(id) && isBelow(parents.get(id)));
  const found = new Map();
  for (const id of [...parents.keys()].filter(isBelow)) {
    const command = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    if (/--type=renderer|-contentproc.*\btab\b|WebKitWebProcess/.test(command)) {
      const rollup = await readFile(`/proc/${id}/smaps_rollup`, "utf8").catch(() => undefined);
      if (rollup !== undefined) {
        found.set(id, kilobytes(rollup, "Pss_Anon") + kilobytes(rollup, "Pss_Shmem"));
      }
    }
  }
  return found;
}

function kilobytes(rollup, field) {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1] ?? 0) * 1024;
}
