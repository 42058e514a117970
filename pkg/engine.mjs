// The engine as it is bundled: small, with short names for its exports, and as a string of JavaScript.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const WASM_OPT = fileURLToPath(new URL("../node_modules/.bin/wasm-opt", import.meta.url));

/** No others: with the one for compact imports it would write a module that no browser can read. */
const FEATURES = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "simd"];

const OPTIONS = [
  "-Os",
  // Control flow that is made anew is shorter than what the compiler makes of Rust's, and no slower.
  ...["--flatten", "--rereloop", "-Oz", "-Oz", "--converge"],
  // The stack is at the beginning of the memory: only on the brink of overflow is anything in the first kilobyte.
  "--low-memory-unused",
  "--reorder-functions",
  "--strip-producers",
  "--strip-target-features",
];

/** By how much the bytes of the module are shifted in its text. */
const SHIFT = 36;

/** Stands for the module's text until the bundle is written. */
const PLACEHOLDER = "the text of the engine";

/** The names of exports as `pkg/src/engine/engine.js` has them. */
export const EXPORTS = /^((engine|settings)_\w+|__stack_pointer|memory)$/;

/**
 * The module that cargo has compiled, made small: `{ wasm, names }`. The exports have one letter each; `names` says which, by their
 * former names.
 */
export async function optimized(path) {
  const directory = await mkdtemp(join(tmpdir(), "wasm-eventsource-"));
  try {
    const [small, short] = ["small.wasm", "short.wasm"].map((name) => join(directory, name));
    await wasmOpt(path, OPTIONS, small);
    // By itself, for it is not to print the names in each round of the others.
    const { exports } = JSON.parse(await wasmOpt(small, ["--minify-imports-and-exports-and-modules"], short));
    return { wasm: await readFile(short), names: Object.fromEntries(exports.filter(([name]) => EXPORTS.test(name))) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function wasmOpt(input, options, output) {
  const features = FEATURES.map((feature) => `--enable-${feature}`);
  const { stdout } = await promisify(execFile)(WASM_OPT, [input, ...features, ...options, "-o", output]);
  return stdout;
}

function shifted(byte) {
  return (byte + SHIFT) % 256;
}

/** `import { wasm, shift, checksum } from "….wasm"`: a function that returns the bytes as characters, and how to read them. */
export function engineModule({ wasm }, { isClassic }) {
  // The same as in `pkg/src/engine/inline.js`.
  const code = (byte) => (isClassic ? byte : shifted(byte));
  const checksum = wasm.reduce((sum, byte, index) => (sum + code(byte) * ((index & 127) + 1)) & (2 ** 29 - 1), 0);
  const shift = isClassic ? 0 : SHIFT;
  const contents = `export const checksum = ${checksum}, shift = ${shift}; export const wasm = () => ${JSON.stringify(PLACEHOLDER)};`;
  return {
    name: "engine",
    setup(build) {
      build.onResolve({ filter: /\/engine\.wasm$/ }, () => ({ path: "engine.wasm", namespace: "engine", sideEffects: false }));
      build.onLoad({ filter: /.*/, namespace: "engine" }, () => ({ contents }));
    },
  };
}

/**
 * A bundle with the module's text in it, if it has a place for that. Brotli sees through a string with one character for each byte, and not through base64,
 * in which the same bytes look different each time. A classic script may be read in another encoding than UTF-8, and has base64.
 * The text is on a line of its own, so that a stack trace, which shows a line, does not print it.
 */
export function withEngine(text, { wasm }, { isClassic }) {
  const [before, after] = text.split(JSON.stringify(PLACEHOLDER));
  if (after === undefined) {
    return text;
  }
  const bytes = isClassic ? `atob("${wasm.toString("base64")}")` : latin1(wasm);
  return `${before}\n${bytes}\n${after}`;
}

/**
 * A string literal with one character for each byte. They are shifted, so that the bytes that are frequent in WebAssembly are
 * printable ASCII: of all shifts this one gives the smallest file. No character is above U+00FF, for a browser would keep the whole
 * script with two bytes for each; and none is a control character of ASCII, which editors and terminals do not like.
 */
function latin1(bytes) {
  const character = (byte) => {
    const code = shifted(byte);
    if (code < 32 || code === 127) {
      return `\\x${code.toString(16).padStart(2, "0")}`;
    }
    return String.fromCharCode(code).replace(/["\\]/, "\\$&");
  };
  return `"${Array.from(bytes, character).join("")}"`;
}
