// The script read in another encoding than UTF-8, as a page without a declaration may do it. Prints what the source says as JSON.
import { readFile, writeFile } from "node:fs/promises";

const original = new URL("node_modules/wasm-eventsource/dist/index.js", import.meta.url);
const damaged = new URL("damaged-index.mjs", import.meta.url);
await writeFile(damaged, await readFile(original, "latin1"), "utf8");
const { EventSource } = await import(damaged);
console.error = () => {};
const source = new EventSource("http://127.0.0.1:1/");
source.onerror = ({ reason, message }) => console.log(JSON.stringify({ readyState: source.readyState, reason, message }));
