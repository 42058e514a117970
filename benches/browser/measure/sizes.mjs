// What a page loads: each client as an app would have it, bundled and minified.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bundled } from "./clients.mjs";

const PEERS = {
  "eventsource": "EventSource",
  "eventsource-parser": "createParser",
  "event-source-polyfill": "EventSourcePolyfill",
  "@microsoft/fetch-event-source": "fetchEventSource",
  "sse.js": "SSE",
};

/** `[{ name, ours, raw, gzip, brotli }]`. */
export async function sizes(packageFolder) {
  const read = (file) => readFile(join(packageFolder, file));
  const { exports } = JSON.parse(await read("package.json"));
  const entries = Object.entries(exports).filter(([, target]) => target.default?.endsWith(".js"));
  const results = [];
  for (const [entry] of entries) {
    const name = entry.replace(".", "wasm-eventsource");
    const code = await bundled(`export * from ${JSON.stringify(name)};`, packageFolder);
    if (entry === "./external") {
      const wasm = await read("dist/wasm-eventsource.wasm");
      results.push(size(`${name}, JavaScript`, [code], true), size(`${name}, wasm`, [wasm], true));
      results.push(size(`${name}, both`, [code, wasm], true));
    } else {
      results.push(size(name, [code], true));
    }
  }
  for (const [name, what] of Object.entries(PEERS)) {
    results.push(size(name, [await bundled(`export { ${what} } from ${JSON.stringify(name)};`, packageFolder)], false));
  }
  return results;
}

/** Of files that are sent one by one. */
function size(name, files, ours) {
  const sum = (bytes) => files.reduce((all, file) => all + bytes(file), 0);
  return {
    name,
    ours,
    raw: sum((file) => file.length),
    gzip: sum((file) => gzipSync(file, { level: 9 }).length),
    brotli: sum((file) => brotliCompressSync(file).length),
  };
}
