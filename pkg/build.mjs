// Bundles pkg/src and the engine in target/npm into pkg/dist. Run by `cargo xtask build`, which makes the engine.
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = new URL(".", import.meta.url);
const dist = new URL("dist/", here);
const engineWasm = new URL("../target/npm/engine_bg.wasm", here);

const options = {
  absWorkingDir: here.pathname,
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  loader: { ".wasm": "base64" },
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
    format: "iife",
    entryPoints: { "wasm-eventsource.global": "src/polyfill-force.js" },
    outdir: "dist",
  }),
  copyFile(engineWasm, new URL("wasm-eventsource.wasm", dist)),
  // npm packs only what is below the package's folder.
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => copyFile(new URL(`../${name}`, here), new URL(name, here))),
]);

const kilobytes = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`.padStart(10);
console.log(`${"pkg/dist".padEnd(30)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`);
for (const name of (await readdir(dist)).sort()) {
  const bytes = await readFile(new URL(name, dist));
  console.log(name.padEnd(30) + [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map(kilobytes).join(""));
}
