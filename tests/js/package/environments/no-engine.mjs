// A console that throws where there is no engine: no WebAssembly, and the engine as JavaScript is not there.
// Prints the errors that were fired, and what was left uncaught, as JSON.
import { cp, rm } from "node:fs/promises";

const uncaught = [];
process.on("uncaughtException", (error) => uncaught.push(`${error}`));
process.on("unhandledRejection", (error) => uncaught.push(`${error}`));
WebAssembly.Module = function () {
  throw new Error("forbidden");
};
const dist = new URL("incomplete/", import.meta.url);
await cp(new URL(".", import.meta.resolve("wasm-eventsource")), dist, { recursive: true });
await rm(new URL("engine-in-javascript.js", dist));
const { EventSource, stream } = await import(new URL("index.js", dist));
const { log } = console;
console.error = () => {
  throw new Error("thrown by the console");
};
const errors = [];
for (let count = 0; count < 2; count += 1) {
  const source = new EventSource("https://fake.test/");
  await new Promise((resolve) => {
    source.onerror = ({ reason, cause }) => resolve(errors.push([reason, source.readyState, cause.cause.message]));
  });
}
await new Promise((resolve) => setTimeout(resolve, 20));
const thrown = [];
for (const events of [stream("https://fake.test/"), new EventSource("https://fake.test/").events()]) {
  await events.next().catch(({ name, reason, cause }) => thrown.push([name, reason, cause?.cause?.message]));
}
log(JSON.stringify({ errors, thrown, uncaught }));
