// The engine as it is bundled: names that nobody reads made short, and the module as a string of JavaScript.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const WASM_OPT = new URL("../node_modules/.bin/wasm-opt", import.meta.url).pathname;

const OPTIONS = [
  // No others: with the one for compact imports it would write a module that no browser can read.
  ...["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "simd"].map(
    (feature) => `--enable-${feature}`,
  ),
  // Control flow that is made anew is shorter than what the compiler makes of Rust's, and no slower.
  ...["--flatten", "--rereloop", "-Oz"],
  // The stack is at the beginning of the memory: only on the brink of overflow is anything in the first kilobyte.
  "--low-memory-unused",
  "--reorder-functions",
  "--minify-imports-and-exports-and-modules",
  "--strip-producers",
  "--strip-target-features",
];

/**
 * The WebAssembly and its JavaScript, with one letter or two for each name that they know each other by. wasm-bindgen's have
 * hashes in them, which nothing compresses: they would be a twelfth of the package.
 */
export async function engineWithShortNames(wasmUrl, glueUrl) {
  const directory = await mkdtemp(join(tmpdir(), "wasm-eventsource-"));
  try {
    const output = join(directory, "short.wasm");
    const { stdout } = await promisify(execFile)(WASM_OPT, [wasmUrl.pathname, ...OPTIONS, "-o", output]);
    const glue = rename(withoutLoader(await readFile(glueUrl, "utf8")), JSON.parse(stdout));
    return { wasm: await readFile(output), glue };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What wasm-bindgen loads a module with knows every way; `pkg/src/connection.js` has the one that each entry needs. */
function withoutLoader(glue) {
  const [before, ...after] = glue.split("let wasmModule, wasmInstance, wasm;");
  if (after.length !== 1 || !after[0].includes("export { initSync, __wbg_init as default };")) {
    throw new Error("the engine's JavaScript loads its module in another way than it did");
  }
  return `${before}let wasm;
    export { __wbg_get_imports as imports };
    export function start(instance) {
      wasm = instance.exports;
      wasm.__wbindgen_start();
    }`;
}

/** A name that is not found exactly once, where it is defined, is one that wasm-bindgen has begun to write in another way. */
function rename(glue, { imports, exports }) {
  let renamed = glue;
  for (const [, name, short] of imports) {
    const [before, ...after] = renamed.split(`        ${name}: function`);
    if (after.length !== 1) {
      throw new Error(`the engine's JavaScript has ${after.length} imports of the name ${name}`);
    }
    renamed = `${before}${JSON.stringify(short)}: function${after[0]}`;
  }
  const shortNames = new Map(exports);
  return renamed.replace('"./engine_bg.js": import0', "a: import0").replace(/\bwasm\.(\w+)/g, (_, name) => {
    if (!shortNames.has(name)) {
      throw new Error(`the engine's JavaScript uses the export ${name}, which there is none of`);
    }
    return `wasm[${JSON.stringify(shortNames.get(name))}]`;
  });
}

/**
 * `import wasm from "….wasm"`: a function that returns the bytes as characters up to U+00FF. Brotli sees through a string of
 * them, and not through base64, in which the same bytes look different each time. A classic script may be read in another
 * encoding than UTF-8, and has base64.
 */
export function inlineEngine({ wasm, glue }, { isModule }) {
  const bytes = isModule ? JSON.stringify(wasm.toString("latin1")) : `atob("${wasm.toString("base64")}")`;
  return {
    name: "engine",
    setup(build) {
      build.onLoad({ filter: /\/target\/npm\/engine\.js$/ }, () => ({ contents: glue }));
      build.onLoad({ filter: /\/target\/npm\/engine_bg\.wasm$/ }, () => ({ contents: `export default () => ${bytes};` }));
    },
  };
}
