// Bundles pkg/src and the engine in target/npm into pkg/dist. Run by `cargo xtask build`, which makes the engine.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { engineWithShortNames, inlineEngine } from "./engine.mjs";

const here = new URL(".", import.meta.url);
const dist = new URL("dist/", here);
const engine = await engineWithShortNames(
  new URL("../target/npm/engine_bg.wasm", here),
  new URL("../target/npm/engine.js", here),
);

const options = {
  absWorkingDir: here.pathname,
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  // What wasm-bindgen writes for itself.
  mangleProps: /^_+(wbg|wrap$|destroy_into_raw$)/,
  plugins: [inlineEngine(engine, { isModule: true })],
  banner: { js: "/*! wasm-eventsource, MIT OR Apache-2.0 */" },
  logLevel: "warning",
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
await Promise.all([
  build({
    ...options,
    format: "esm",
    entryPoints: { index: "src/index.js", external: "src/external.js" },
    outdir: "dist",
  }),
  // The polyfills import the class instead of containing it, so that both entries of one page are one class.
  build({
    ...options,
    format: "esm",
    entryPoints: { polyfill: "src/polyfill.js", "polyfill-force": "src/polyfill-force.js" },
    outdir: "dist",
    external: ["./index.js"],
  }),
  build({
    ...options,
    plugins: [inlineEngine(engine, { isModule: false })],
    format: "iife",
    entryPoints: { "wasm-eventsource.global": "src/polyfill-force.js" },
    outdir: "dist",
  }),
  writeFile(new URL("wasm-eventsource.wasm", dist), engine.wasm),
  // npm packs only what is below the package's folder.
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => copyFile(new URL(`../${name}`, here), new URL(name, here))),
]);

const kilobytes = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`.padStart(10);
console.log(`${"pkg/dist".padEnd(30)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`);
for (const name of (await readdir(dist)).sort()) {
  const bytes = await readFile(new URL(name, dist));
  console.log(name.padEnd(30) + [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map(kilobytes).join(""));
}
