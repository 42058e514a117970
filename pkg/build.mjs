// Bundles pkg/src and the engine into pkg/dist. `node pkg/build.mjs ENGINE.wasm SHARED.wasm ENGINE-JS.wasm SHARED-JS.wasm`, run by
// `cargo xtask build`, which compiles them. The second one is for sources that share a connection, too. The last two are the same
// without SIMD, and become JavaScript.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "rolldown/utils";
import { engineModule, importedEngine, optimized, placeOfEngine } from "./engine.mjs";
import { javascriptOf } from "./javascript.mjs";
import { SHORTENED } from "./names.mjs";
import { edited } from "./source-map.mjs";
import { writeStubs } from "./stubs.mjs";
import { writeTypesForRequire } from "./types-for-require.mjs";

const here = new URL(".", import.meta.url);
const dist = new URL("dist/", here);
const compiled = argv.slice(2);
const [engine, sharedEngine] = await Promise.all(compiled.slice(0, 2).map(optimized));
const [javascript, sharedJavascript] = await Promise.all([engine, sharedEngine].map(({ names }, index) => javascriptOf(compiled[2 + index], names)));

/** Scripts of their own, loaded where WebAssembly does not work. */
const IN_JAVASCRIPT = "engine-in-javascript.js";
const SHARED_IN_JAVASCRIPT = "shared-engine-in-javascript.js";

/** The scripts in which Node may come upon an error that nobody catches. */
const RUN_BY_NODE = /^(index|js|shared|stream)\./;

const entryPoints = (...names) => names.map((name) => `src/entries/${name}.js`);

const options = {
  absWorkingDir: fileURLToPath(here),
  bundle: true,
  minify: true,
  target: "es2022",
  charset: "utf8",
  mangleProps: SHORTENED,
  mangleCache: engine.names,
  banner: { js: "/*! wasm-eventsource, MIT OR Apache-2.0 */" },
  sourcemap: "linked",
  logLevel: "warning",
  write: false,
  outdir: "dist",
};

/** With the engine of shared connections, which has other names. */
const shared = {
  ...options,
  mangleCache: sharedEngine.names,
  plugins: [engineModule(sharedEngine, { isClassic: false }), inPlaceOf("sharing/none", "sharing/sharing"), apart(SHARED_IN_JAVASCRIPT)],
  entryPoints: entryPoints("shared", "shared-worker"),
};

/** Which files of `src` have others in their place where a server keeps its requests apart and compiles no bytes. */
const ON_THE_EDGE = {
  "engine/inline": "engine/imported",
  "engine/javascript": "engine/no-javascript",
  "engine/webassembly": "engine/webassembly-as-module",
  "reading/scheduler": "reading/separate-turns",
  "event-source/handlers": "event-source/handlers-once",
  "driver/page-events": "driver/no-page",
  "driver/cors-probe": "driver/no-page",
  "driver/local-network": "driver/no-page",
  "driver/peculiarities": "driver/peculiarities-of-servers",
};

/**
 * For runtimes that compile no bytes: a bundler hands them the module's file, where `query` follows its name. What a request has asked
 * for ends with it there, and so requests have less in common.
 */
function onTheEdge(condition, query) {
  const named = (names) => Object.fromEntries(names.map((name) => [`${name}.${condition}`, `src/entries/${name}.js`]));
  const plugins = [...Object.entries(ON_THE_EDGE).map(([name, other]) => inPlaceOf(name, other)), importedEngine(`./wasm-eventsource.wasm${query}`)];
  return [
    build({ ...options, format: "esm", plugins, entryPoints: named(["index", "stream"]) }),
    build({ ...options, format: "esm", plugins: [...plugins, importedIndex(`./index.${condition}.js`)], entryPoints: named(["polyfill", "polyfill-force"]) }),
  ];
}

/** For `require`. As for Node, so that the names of the exports are there for an `import` of such a module. */
const forRequire = { format: "cjs", platform: "node", outExtension: { ".js": ".cjs" } };
const commonjs = { ...options, ...forRequire };

const results = await Promise.all([
  // Each entry is one file. In files of their own, the parts that several have in common would be a kilobyte more for each.
  build({
    ...options,
    plugins: [engineModule(engine, { isClassic: false }), apart(IN_JAVASCRIPT)],
    format: "esm",
    entryPoints: entryPoints("index", "external", "stream", "bearer"),
  }),
  // The polyfills import the class instead of containing it, so that both entries of one page are one class.
  build({
    ...options,
    format: "esm",
    entryPoints: entryPoints("polyfill", "polyfill-force"),
    external: ["./index.js"],
  }),
  build({
    ...options,
    plugins: [engineModule(engine, { isClassic: true }), apart(IN_JAVASCRIPT)],
    format: "iife",
    entryPoints: { "wasm-eventsource.global": "src/entries/polyfill-force.js" },
  }),
  build({ ...commonjs, plugins: [engineModule(engine, { isClassic: false }), apart(IN_JAVASCRIPT)], entryPoints: entryPoints("index", "bearer") }),
  build({ ...options, plugins: [inside(javascript)], format: "esm", entryPoints: entryPoints("js") }),
  build({ ...commonjs, plugins: [inside(javascript)], entryPoints: entryPoints("js") }),
  // Whoever requires one of these has a disk, on which another is no load: they share the engine and the classes.
  build({
    ...commonjs,
    plugins: [importedIndex("./index.cjs")],
    entryPoints: { ...polyfills(), stream: "src/entries/stream-of-index.js" },
  }),
  ...onTheEdge("workerd", ""),
  ...onTheEdge("edge-light", "?module"),
  build({ ...shared, format: "esm" }),
  build({ ...shared, ...forRequire }),
]);

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
const files = new Map([
  ["wasm-eventsource.wasm", engine.wasm],
  [IN_JAVASCRIPT, Buffer.from(javascript)],
  [SHARED_IN_JAVASCRIPT, Buffer.from(sharedJavascript)],
]);
const outputs = new Map(results.flatMap(({ outputFiles }) => outputFiles).map(({ path, text }) => [basename(path), text]));
for (const [name, text] of outputs) {
  if (!name.endsWith(".map")) {
    const small = await minified(name, text, JSON.parse(outputs.get(`${name}.map`)));
    const own = name.startsWith("shared") ? sharedEngine : engine;
    const module = placeOfEngine(small.text, own, { isClassic: name.endsWith(".global.js") });
    const edits = [...(RUN_BY_NODE.test(name) ? unprintedLine(small.text) : []), ...module, ...pureCalls(small.text)];
    const script = edited(small, edits);
    files.set(name, Buffer.from(script.text));
    files.set(`${name}.map`, Buffer.from(JSON.stringify(withoutEngine(script.map))));
  }
}
await Promise.all([
  writeTypesForRequire(),
  writeStubs(),
  ...[...files].map(([name, bytes]) => writeFile(new URL(name, dist), bytes)),
  // npm packs only what is below the package's folder.
  ...["LICENSE-APACHE", "LICENSE-MIT"].map((name) => copyFile(new URL(`../${name}`, here), new URL(name, here))),
]);

/**
 * Once more, by another minifier. It gives the parameters of all functions the same names in the same order, which brotli finds
 * again: that saves 300 bytes of what esbuild has made.
 */
async function minified(name, text, inputMap) {
  const { code, map, errors } = await minify(name, text, {
    module: !/\.(cjs|global\.js)$/.test(name),
    compress: { target: options.target },
    mangle: { toplevel: true },
    codegen: { legalComments: "inline" },
    sourcemap: true,
    inputMap,
  });
  if (errors.length > 0) {
    throw new Error(`${name}: ${errors[0].message}`);
  }
  return { text: `${code.trimEnd()}\n//# sourceMappingURL=${name}.map\n`, map };
}

/** The engine as JavaScript is no source that anybody could read. */
function withoutEngine({ sources, sourcesContent, ...map }) {
  const isOwn = (index) => !sources[index].startsWith("javascript:");
  return { ...map, sources, sourcesContent: sourcesContent.map((content, index) => (isOwn(index) ? content : "")) };
}

function polyfills() {
  return Object.fromEntries(["polyfill", "polyfill-force"].map((name) => [name, `src/entries/${name}.js`]));
}

/** Leaves `./index.js` to be imported or required, under the name that it has then. */
function importedIndex(path) {
  return {
    name: "index",
    setup: ({ onResolve }) => onResolve({ filter: /^\.\/index\.js$/ }, () => ({ path, external: true })),
  };
}

/** Leaves the engine as JavaScript in a script of this name, which is imported when it is needed. */
function apart(name) {
  return {
    name: "apart",
    setup: ({ onResolve }) => onResolve({ filter: /\/engine-in-javascript\.js$/ }, () => ({ path: `./${name}`, external: true })),
  };
}

/** Puts it into the bundle. */
function inside(contents) {
  return {
    name: "inside",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/engine-in-javascript\.js$/ }, ({ path }) => ({ path, namespace: "javascript" }));
      onLoad({ filter: /.*/, namespace: "javascript" }, () => ({ contents }));
    },
  };
}

/** Puts one file of `src` in the place of another. */
function inPlaceOf(name, other) {
  const filter = new RegExp(`/${name.split("/").at(-1)}\\.js$`);
  const [path, place] = [other, name].map((file) => fileURLToPath(new URL(`src/${file}.js`, here)));
  return {
    name: other,
    setup: ({ onResolve }) => onResolve({ filter }, (file) => (join(file.resolveDir, file.path) === place ? { path } : undefined)),
  };
}

/**
 * The edit that keeps Node from printing the code, which is one line of 35 KB, above an error that nobody catches. Node looks for this in
 * a line. It is in the place of the line break behind the banner.
 */
function unprintedLine(text) {
  const place = text.indexOf("\n");
  return [{ start: place, end: place + 1, text: "/*node-do-not-add-exception-line*/" }];
}

/**
 * Marks the calls that make what the entries export, so that a bundler leaves out what nobody imports. esbuild drops such marks. Returns
 * where to insert them: the calls are in the declaration before the exports.
 */
function pureCalls(text) {
  const end = text.lastIndexOf(";export{");
  const start = text.lastIndexOf("var ", end);
  const names = text.slice(end).matchAll(/([\w$]+) as /g);
  const places = Array.from(names, ([, name]) => {
    const call = new RegExp(`(?<=[ ,]${name.replaceAll("$", "\\$")}=)[\\w$]+\\(`).exec(text.slice(start, end));
    return call === null ? [] : [start + call.index];
  }).flat();
  return places.sort((one, other) => one - other).map((place) => ({ start: place, end: place, text: "/*@__PURE__*/" }));
}

const kilobytes = (bytes) => `${(bytes.length / 1024).toFixed(1)} KB`.padStart(10);
console.log(`${"pkg/dist".padEnd(30)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`);
for (const [name, bytes] of [...files].sort().filter(([name]) => !name.endsWith(".map"))) {
  console.log(name.padEnd(30) + [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map(kilobytes).join(""));
}
