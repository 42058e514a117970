// `node in-node.mjs URL`: the same as the page for servers.
import { EventSource } from "wasm-eventsource";
import { read } from "./read.js";

console.log(JSON.stringify(await read(EventSource, process.argv[2])));
