// The suite in Node, in a process of its own: reports go to standard output, one line of JSON each.
import { pathToFileURL } from "node:url";

const { suite, entry, ...environment } = JSON.parse(process.argv[2]);
const report = (data) => process.stdout.write(`${JSON.stringify(data)}\n`);

await import(pathToFileURL(suite));
const { EventSource, stream } = await import(pathToFileURL(entry));
await globalThis.runSuite({ ...environment, EventSource, iterate: stream }, report);
report({ done: true });
