// The suite in Node, in a process of its own: reports go to standard output, one line of JSON each.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { suite, dist, ...environment } = JSON.parse(process.argv[2]);
const report = (data) => process.stdout.write(`${JSON.stringify(data)}\n`);

await import(pathToFileURL(suite));
const entry = (name) => import(pathToFileURL(join(dist, name)));
const { EventSource, stream } = await entry(environment.implementation === "javascript" ? "js.js" : "index.js");
const { EventSource: SharedEventSource } = await entry("shared.js");
await globalThis.runSuite({ ...environment, EventSource, SharedEventSource, iterate: stream }, report);
report({ done: true });
