// Who is compared, and what is known of each without running it.
import { readFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";

const folder = new URL("../", import.meta.url);

/** The app without a client, from which the others' bytes are counted. */
export const BASE = "hello";

/** The apps in the order of the tables. The lock file has the version of `crate`; ours are those of the repository. */
export const CLIENTS = [
  { name: "gloo-net", crate: "gloo-net", title: "gloo-net" },
  { name: "leptos-use", crate: "leptos-use-event-source", title: "leptos-use" },
  { name: "ours", crate: "wasm-eventsource", title: "ours" },
  { name: "ours-leptos", crate: "wasm-eventsource-leptos", title: "ours, the hook" },
];

/** What is no app, but says what the browser and the server can do. */
export const REFERENCES = [
  { name: "native", title: "JavaScript: `EventSource`" },
  { name: "fetch", title: "JavaScript: `fetch`, bytes only" },
];

/** Each package's version in the lock file of the apps. */
export async function versions() {
  const lock = await readFile(new URL("Cargo.lock", folder), "utf8");
  const entries = lock.matchAll(/^name = "(.*)"\nversion = "(.*)"$/gm);
  return new Map([...entries].map(([, name, version]) => [name, version]));
}

/** What a user writes: the lines of the client's file that say something. */
export async function linesOf(client) {
  const text = await readFile(new URL(`${client}/src/client.rs`, folder), "utf8");
  return text.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
}

/** The bytes of an app as it is built: `{ wasm, glue }`, each raw, gzip and brotli. */
export async function sizesOf(apps, client) {
  const [wasm, glue] = await Promise.all(
    ["app_bg.wasm", "app.js"].map((file) => readFile(new URL(`${client}/${file}`, apps))),
  );
  return { wasm: sizes(wasm), glue: sizes(glue), exports: exportsOf(wasm) };
}

function sizes(bytes) {
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
}

function exportsOf(wasm) {
  return WebAssembly.Module.exports(new WebAssembly.Module(wasm)).map(({ name }) => name);
}
