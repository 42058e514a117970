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
  // What several entries have in common is in files of its own, so that a page with two entries has it once.
  build({
    ...options,
    plugins: [engineModule(engine, { isClassic: false })],
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    entryPoints: {
      index: "src/entries/index.js",
      external: "src/entries/external.js",
      stream: "src/entries/stream.js",
      polyfill: "src/entries/polyfill.js",
      "polyfill-force": "src/entries/polyfill-force.js",
    },
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
  files.set(name, Buffer.from(text.includes("the text of the engine") ? withEngine(text, engine, { isClassic }) : text));
}
await Promise.all([
  ...[...files].map(([name, bytes]) => writeFile(new URL(name, dist), bytes)),
  // npm packs only what is below the package's folder.
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => copyFile(new URL(`../${name}`, here), new URL(name, here))),
]);

const kilobytes = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`.padStart(10);
console.log(`${"pkg/dist".padEnd(30)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`);
for (const [name, bytes] of [...files].sort()) {
  console.log(name.padEnd(30) + [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map(kilobytes).join(""));
}
