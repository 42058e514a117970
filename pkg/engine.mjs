// The engine as it is bundled: small, with short names for its exports, and as a string of JavaScript.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** No others: with the one for compact imports it would write a module that no browser can read. */
export const FEATURES = ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "simd"];

/** The functions stay in the compiler's order, in which brotli finds more that is alike. */
export const OPTIONS = [
  "-O3",
  // Control flow that is made anew is shorter than what the compiler makes of Rust's, and no slower.
  ...["--flatten", "--rereloop", "-Oz", "-Oz", "--converge"],
  // The stack is at the beginning of the memory: only on the brink of overflow is anything in the first kilobyte.
  "--low-memory-unused",
  "--strip-producers",
  "--strip-target-features",
];

/** By how much the bytes of the module may be shifted in its text; the first makes the smallest file. */
const SHIFTS = [36, 35, 37, 34, 38, 33, 39, 40];

/** Stands for the module's text until the bundle is written. */
const PLACEHOLDER = "the text of the engine";

/** The names of exports as `pkg/src/engine/engine.js` has them. */
export const EXPORTS = /^((engine|settings|shared)_\w+|__stack_pointer|memory)$/;

/**
 * The module that cargo has compiled, made small: `{ wasm, names, shift }`. The exports have one letter each; `names` says which, by
 * their former names. `shift` is that of its text.
 */
export function optimized(path) {
  return inFolder(async (file) => {
    await wasmOpt(path, OPTIONS, file("small.wasm"));
    // By itself, for it is not to print the names in each round of the others.
    const { exports } = JSON.parse(await wasmOpt(file("small.wasm"), ["--minify-imports-and-exports-and-modules"], file("short.wasm")));
    const wasm = await readFile(file("short.wasm"));
    return { wasm, names: Object.fromEntries(exports.filter(([name]) => EXPORTS.test(name))), shift: shiftOf(wasm) };
  });
}

/** What `make` returns, which has a folder for its files as long as it runs. */
export async function inFolder(make) {
  const directory = await mkdtemp(join(tmpdir(), "wasm-eventsource-"));
  try {
    return await make((name) => join(directory, name));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export function wasmOpt(input, options, output) {
  return run("wasm-opt", [input, ...FEATURES.map((feature) => `--enable-${feature}`), ...options, "-o", output]);
}

/** What a program of binaryen prints. */
export async function run(program, options) {
  const path = fileURLToPath(new URL(`../node_modules/.bin/${program}`, import.meta.url));
  const { stdout } = await promisify(execFile)(path, options);
  return stdout;
}

/** `import { wasm, shift, checksum } from "….wasm"`: a function that returns the bytes as characters, and how to read them. */
export function engineModule(engine, { isClassic }) {
  const { wasm } = engine;
  const shift = isClassic ? 0 : engine.shift;
  // The same as in `pkg/src/engine/inline.js`.
  const code = (byte) => (byte + shift) % 256;
  const checksum = wasm.reduce((sum, byte, index) => (sum + code(byte) * ((index & 127) + 1)) & (2 ** 29 - 1), 0);
  const contents = `export const checksum = ${checksum}, shift = ${shift}; export const wasm = () => ${JSON.stringify(PLACEHOLDER)};`;
  return {
    name: "engine",
    setup(build) {
      build.onResolve({ filter: /\/engine\.wasm$/ }, () => ({ path: "engine.wasm", namespace: "engine", sideEffects: false }));
      build.onLoad({ filter: /.*/, namespace: "engine" }, () => ({ contents }));
    },
  };
}

/** `import module from "….wasm"`: left to the bundler and the runtime of an application, who know that file by `path`. */
export function importedEngine(path) {
  return {
    name: "imported engine",
    setup: ({ onResolve }) => onResolve({ filter: /\/engine\.wasm$/ }, () => ({ path, external: true })),
  };
}

/**
 * The edit that puts the module's text into a bundle, if it has a place for that. Brotli sees through a string with one character for
 * each byte, and not through base64, in which the same bytes look different each time. A classic script may be read in another
 * encoding than UTF-8, and has base64. The text is on a line of its own, so that a stack trace, which shows a line, does not print it.
 */
export function placeOfEngine(text, { wasm, shift }, { isClassic }) {
  const place = text.indexOf(PLACEHOLDER);
  if (place === -1) {
    return [];
  }
  // With its quotes, whatever they are.
  const start = place - 1;
  const end = place + PLACEHOLDER.length + 1;
  const bytes = isClassic ? `atob("${wasm.toString("base64")}")` : `"${Array.from(wasm, (byte) => literal(byte + shift)).join("")}"`;
  return [{ start, end, text: `\n${bytes}\n` }];
}

/** The character for a byte that is shifted. None is a control character of ASCII, which editors and terminals do not like. */
function literal(code) {
  const character = String.fromCharCode(code % 256);
  return /[\0-\x1f\x7f]/.test(character) ? `\\x${(code % 256).toString(16).padStart(2, "0")}` : character.replace(/["\\]/, "\\$&");
}

/**
 * By how much the bytes of the module are shifted in its text, so that those that are frequent in WebAssembly are printable ASCII. No
 * character is above U+00FF, for a browser would keep the whole script with two bytes for each.
 *
 * A bundler may make a classic script of the text, and a page may read that as Shift_JIS. It has to stay a string then, of which the
 * checksum finds that it is damaged. So no character that would swallow a backslash may stand before one that bundlers escape.
 */
function shiftOf(wasm) {
  const swallows = (code) => /[\x81-\x9f\xc1-\xdf]/.test(String.fromCharCode(code));
  const isEscaped = (code) => /["`\\]/.test(String.fromCharCode(code));
  const isSafe = (shift) => {
    const codes = wasm.map((byte) => (byte + shift) % 256);
    return codes.every((code, index) => !isEscaped(code) || index === 0 || !swallows(codes[index - 1]));
  };
  const shift = SHIFTS.find(isSafe);
  if (shift === undefined) {
    throw new Error(`Shift_JIS would break the text of the engine with each shift of ${SHIFTS}: add another`);
  }
  return shift;
}
