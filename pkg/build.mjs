// Bundles pkg/src and the engine into pkg/dist. `node pkg/build.mjs ENGINE.wasm`, run by `cargo xtask build`, which compiles it.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { engineModule, EXPORTS, optimized, withEngine } from "./engine.mjs";

const here = new URL(".", import.meta.url);
const dist = new URL("dist/", here);
const engine = await optimized(argv[2]);

const options = {
  absWorkingDir: fileURLToPath(here),
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  mangleProps: EXPORTS,
  mangleCache: engine.names,
  banner: { js: "/*! wasm-eventsource, MIT OR Apache-2.0 */" },
  logLevel: "warning",
  write: false,
  outdir: "dist",
};

const results = await Promise.all([
  // Each entry is one file. In files of their own, the parts that several have in common would be a kilobyte more for each.
  build({
    ...options,
    plugins: [engineModule(engine, { isClassic: false })],
    format: "esm",
    entryPoints: ["index", "external", "stream"].map((name) => `src/entries/${name}.js`),
  }),
  // The polyfills import the class instead of containing it, so that both entries of one page are one class.
  build({
    ...options,
    format: "esm",
    entryPoints: ["polyfill", "polyfill-force"].map((name) => `src/entries/${name}.js`),
    external: ["./index.js"],
  }),
  build({
    ...options,
    plugins: [engineModule(engine, { isClassic: true })],
    format: "iife",
    entryPoints: { "wasm-eventsource.global": "src/entries/polyfill-force.js" },
  }),
]);

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const files = new Map([["wasm-eventsource.wasm", engine.wasm]]);
for (const { path, text } of results.flatMap(({ outputFiles }) => outputFiles)) {
  const name = basename(path);
  const isClassic = name.endsWith(".global.js");
  files.set(name, Buffer.from(withPureCalls(withEngine(text, engine, { isClassic }))));
}
await Promise.all([
  ...[...files].map(([name, bytes]) => writeFile(new URL(name, dist), bytes)),
  // npm packs only what is below the package's folder.
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => copyFile(new URL(`../${name}`, here), new URL(name, here))),
]);

/** Marks the calls that make what the entries export, so that a bundler leaves out what nobody imports. esbuild drops such marks. */
function withPureCalls(text) {
  return text.replace(/var (?:[\w$]+=[\w$]+\([\w$]+\),?)+;export\{/, (calls) => calls.replaceAll("=", "=/*@__PURE__*/"));
}

const kilobytes = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`.padStart(10);
console.log(`${"pkg/dist".padEnd(30)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`);
for (const [name, bytes] of [...files].sort()) {
  console.log(name.padEnd(30) + [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map(kilobytes).join(""));
}
