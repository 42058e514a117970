// The engine as JavaScript, for pages where WebAssembly is forbidden or missing. The module imports nothing, so that wasm2js can
// translate it as it is.
import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { minify } from "rolldown/utils";
import { EXPORTS, FEATURES, inFolder, OPTIONS, run, wasmOpt } from "./engine.mjs";

/** What JavaScript has no operators for is expressed by others first. */
const LOWERING = ["--signext-lowering", "--llvm-nontrapping-fptoint-lowering", "-Oz"];

const features = FEATURES.filter((feature) => feature !== "simd").map((feature) => `--enable-${feature}`);

/** Where the translated module begins to export what it has. */
const END = "\nvar retasmFunc = ";

/**
 * The script for a module that cargo has compiled without SIMD. It exports `instantiate`, which returns what a `WebAssembly.Instance` is
 * to the rest of the package: `{ exports }`, under the `names` that the WebAssembly has.
 */
export async function javascriptOf(path, names) {
  const translated = await inFolder(async (file) => {
    await wasmOpt(path, [...OPTIONS, ...LOWERING], file("small.wasm"));
    await run("wasm2js", [file("small.wasm"), ...features, "-O3", "-o", file("engine.js")]);
    return readFile(file("engine.js"), "utf8");
  });
  const end = translated.indexOf(END);
  if (end === -1) {
    throw new Error("wasm2js writes something else than it did: see pkg/javascript.mjs");
  }
  const script = `${readable(renamed(translated.slice(0, end), names))}\nexport const instantiate = () => ({ exports: asmFunc({}) });\n`;
  // esbuild writes shorter code, and rolldown gives shorter names.
  const { code, errors } = await minify("engine.js", script, { module: true, compress: { target: "es2022" }, mangle: { toplevel: true } });
  if (errors.length > 0) {
    throw new Error(errors[0].message);
  }
  const small = await transform(code, { minify: true, format: "esm", target: "es2022" });
  return small.code.replace(/[\x01-\x08\x0b-\x1f\x7f]/g, escaped);
}

/** The members of the object that the module returns get the names of the WebAssembly's exports. The linker's own are of no use. */
function renamed(script, names) {
  const isRenamed = new Set();
  const text = script.replaceAll(/^ {2}"(\w+)": /gm, (member, name) => {
    isRenamed.add(name);
    return Object.hasOwn(names, name) ? `  "${names[name]}": ` : member;
  });
  const missing = Object.keys(names).filter((name) => EXPORTS.test(name) && !isRenamed.has(name));
  if (missing.length > 0) {
    throw new Error(`the JavaScript of the engine has no ${missing.join(", no ")}`);
  }
  return text;
}

/** Where wasm2js puts the texts of the module into its memory. */
const SEGMENTS = /\n {2}var base64ReverseLookup[^]*?\nfunction initActiveSegments[^]*?\n\}\n/;

/**
 * The texts of the module as strings of JavaScript: brotli sees through them, and not through base64. Words are read at once, and what is
 * of no use is left out.
 */
function readable(script) {
  const [segments] = SEGMENTS.exec(script) ?? [""];
  const texts = Array.from(segments.matchAll(/bufferView, (\d+), "([^"]+)"/g), ([, start, base64]) => {
    return `  place(${start}, ${JSON.stringify(Buffer.from(base64, "base64").toString("latin1"))});\n`;
  });
  if (texts.length === 0 || texts.length !== segments.split("base64DecodeToExistingUint8Array(bufferView").length - 1) {
    throw new Error("wasm2js writes the module's texts in another way than it did: see pkg/javascript.mjs");
  }
  return withoutUseless(withWords(script)).replace(SEGMENTS, () => `
function place(start, text) {
  for (let index = 0; index < text.length; index++) bufferView[start + index] = text.charCodeAt(index);
}
function initActiveSegments() {
${texts.join("")}}
`);
}

/** A word that may lie anywhere in the memory, of which wasm2js reads one byte after the other. */
const WORD = /HEAPU8\[([^[\]|]+) \| 0\] \| HEAPU8\[([^[\]|]+) \| 0\] << 8 \| \(HEAPU8\[([^[\]|]+) \| 0\] << 16 \| HEAPU8\[([^[\]|]+) \| 0\] << 24\)/g;

/** Where the views of the memory are made: at first, and when it has grown. */
const VIEWS = /^( *)(var )?HEAPU8 = new Uint8Array\((\w+)\);\n/gm;

/** Reads such words at once: less to write, and less to do before the browser has compiled it. */
function withWords(script) {
  if ([...script.matchAll(VIEWS)].length !== 2) {
    throw new Error("wasm2js makes the views of the memory in another way than it did: see pkg/javascript.mjs");
  }
  return script
    .replace(WORD, (bytes, ...addresses) => (isOneWord(addresses.slice(0, 4)) ? `WORDS.getInt32(${addresses[0]}, true)` : bytes))
    .replace(VIEWS, (line, indent, declared = "", buffer) => `${line}${indent}${declared}WORDS = new DataView(${buffer});\n`);
}

/** Whether these are the addresses of four bytes that follow each other: `x + 8`, `x + 9` and so on. */
function isOneWord(addresses) {
  const [first, ...others] = addresses.map((address) => /^(\$\w+)(?: \+ (\d+))?$/.exec(address));
  return others.every((other, index) => first && other && other[1] === first[1] && Number(other[2] ?? 0) === Number(first[2] ?? 0) + index + 1);
}

/** A check that Rust has done, and the linker's own exports. */
const USELESS = [/ {2}dest = dest >>> 0;[^]*?invalid memory.fill";\n/, / {2}"__data_end": [^]*?\n {2}\}(, \n|(?=\n))/, / {2}"__heap_base": [^]*?\n {2}\}(, \n|(?=\n))/];

/** Without these parts, and without the views of the memory that nothing reads. Where wasm2js writes none of them, nothing is removed. */
function withoutUseless(script) {
  const unused = ["HEAPU16", "HEAPF32"].filter((view) => !script.includes(`${view}[`));
  const views = unused.map((view) => new RegExp(`^ +(var )?${view} = new .*\n`, "gm"));
  return [...USELESS, ...views].reduce((text, part) => text.replace(part, ""), script);
}

function escaped(character) {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
