// Who is compared, and how each becomes a module that the page can import.
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * In the order of the tables. `kind` is what an event is to its user: one of the DOM, an argument of a callback, an item
 * of a loop, a value in a wasm app; or there is none, and it is a floor.
 */
export const CLIENTS = [
  { name: "native", kind: "DOM", title: "native `EventSource`" },
  { name: "ours-listener", kind: "DOM", title: "ours, listener" },
  { name: "js-listener", kind: "DOM", title: "ours as JavaScript, listener" },
  { name: "eventsource", kind: "DOM", title: "eventsource", package: "eventsource" },
  { name: "event-source-polyfill", kind: "own event", title: "event-source-polyfill", package: "event-source-polyfill" },
  { name: "sse", kind: "DOM", title: "sse.js", package: "sse.js" },
  { name: "ours-subscribe", kind: "callback", title: "ours, `subscribe`" },
  { name: "js-subscribe", kind: "callback", title: "ours as JavaScript, `subscribe`" },
  { name: "ours-await", kind: "loop", title: "ours, `for await`" },
  { name: "ours-stream", kind: "loop", title: "ours, `stream()`" },
  { name: "eventsource-parser", kind: "callback", title: "eventsource-parser", package: "eventsource-parser" },
  { name: "fetch-event-source", kind: "callback", title: "fetch-event-source", package: "@microsoft/fetch-event-source" },
  { name: "rust-ours", kind: "wasm", title: "Rust: ours" },
  { name: "rust-gloo-net", kind: "wasm", title: "Rust: gloo-net" },
  { name: "fetch-bytes", kind: "floor", title: "floor: `fetch`, bytes counted" },
  { name: "fetch-copy", kind: "floor", title: "floor: `fetch`, copied to wasm" },
];

/** Not among those of the streams: it only begins differently. */
export const EXTERNAL = { name: "ours-external", kind: "DOM", title: "ours, `./external`" };

const OURS = ["ours-listener", "ours-subscribe", "ours-await", "ours-stream"];

/** The clients whose names, or their beginnings, are in the list; those of another build of the package have `@`. */
export function chosenClients(list, baseline) {
  const others = baseline === undefined ? [] : OURS.map(atBaseline);
  const all = [...CLIENTS, ...others];
  if (list === undefined) {
    return all;
  }
  const parts = list.split(",");
  for (const part of parts) {
    if (!all.some(({ name }) => name.startsWith(part))) {
      throw new Error(`--client knows no ${part}, but ${all.map(({ name }) => name).join(", ")}`);
    }
  }
  return all.filter(({ name }) => parts.some((part) => name.startsWith(part)));
}

function atBaseline(name) {
  const client = CLIENTS.find((one) => one.name === name);
  return { ...client, name: `${name}@`, title: `${client.title}, the other build` };
}

/** Makes the folder that is served: the page, and each client in a file of its own. */
export async function makeSite(site, packageFolder, baseline) {
  const names = [...CLIENTS, EXTERNAL].map(({ name }) => name);
  await mkdir(join(site, "clients"), { recursive: true });
  await bundle(Object.fromEntries(names.map((name) => [name, folder(`../clients/${name}.js`)])), site, packageFolder);
  if (baseline !== undefined) {
    const entries = OURS.map((name) => [`${name}@`, folder(`../clients/${name}.js`)]);
    await bundle(Object.fromEntries(entries), site, baseline);
  }
  await copyFile(join(packageFolder, "dist/wasm-eventsource.wasm"), join(site, "clients/wasm-eventsource.wasm"));
  await build({ ...OPTIONS, entryPoints: [folder("../page/page.js")], outfile: join(site, "page.js") });
}

const OPTIONS = {
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
  nodePaths: [folder("../node_modules")],
};

function bundle(entryPoints, site, packageFolder) {
  return build({
    ...OPTIONS,
    absWorkingDir: folder(".."),
    entryPoints,
    outdir: join(site, "clients"),
    alias: {
      "wasm-eventsource/js": join(packageFolder, "dist/js.js"),
      "wasm-eventsource/external": join(packageFolder, "dist/external.js"),
      "wasm-eventsource": join(packageFolder, "dist/index.js"),
    },
  });
}

/** The version of each package, ours included. */
export async function versions(packageFolder) {
  const { packages } = JSON.parse(await readFile(folder("../package-lock.json"), "utf8"));
  const peers = Object.entries(packages).filter(([path]) => path !== "");
  const lock = await readFile(folder("../rust/Cargo.lock"), "utf8");
  const [, glooNet] = /^name = "gloo-net"\nversion = "(.*)"$/m.exec(lock) ?? [];
  const { version } = JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8"));
  return {
    "wasm-eventsource": version,
    ...Object.fromEntries(peers.map(([path, one]) => [path.replace("node_modules/", ""), one.version])),
    "gloo-net": glooNet,
  };
}

/** A bundle as an app would have it, in memory. */
export async function bundled(contents, packageFolder) {
  const { outputFiles } = await build({
    ...OPTIONS,
    stdin: { contents, resolveDir: folder("..") },
    write: false,
    alias: entries(JSON.parse(await readFile(join(packageFolder, "package.json"), "utf8")), packageFolder),
  });
  return outputFiles[0].contents;
}

/** Where each entry of the package is; the longer ones first, or the shorter one would take them. */
function entries({ exports }, packageFolder) {
  const files = Object.entries(exports).filter(([, target]) => target.default?.endsWith(".js"));
  const aliases = files.map(([name, target]) => [name.replace(".", "wasm-eventsource"), join(packageFolder, target.default)]);
  return Object.fromEntries(aliases.sort(([one], [other]) => other.length - one.length));
}

export async function save(file, results) {
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, undefined, 1)}\n`);
}
