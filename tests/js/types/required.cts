// What CommonJS modules get. Checked by `npm run types`, never run.
import wasmEventSource = require("wasm-eventsource");
import external = require("wasm-eventsource/external");
import { stream, StreamError } from "wasm-eventsource/stream";
import "wasm-eventsource/polyfill";
import "wasm-eventsource/polyfill/force";

const { EventSource } = wasmEventSource;
const source = new EventSource<{ ping: { time: string } }>("/events");
source.onerror = ({ reason }) => reason.length;
source.addEventListener("ping", (event) => event.json().time.length);
const asDom: globalThis.EventSource = source;
const external2: wasmEventSource.EventSource = new external.EventSource("/events");
external.init({ wasm: "/wasm-eventsource.wasm" });
async function read(): Promise<void> {
  for await (const { data } of stream("/chat")) {
    data.length;
  }
}
const isOurs = (error: unknown): boolean => error instanceof StreamError && error instanceof wasmEventSource.StreamError;
// What a module that is imported makes is taken for one of these.
const imported: Promise<wasmEventSource.EventSource> = import("wasm-eventsource").then(({ EventSource }) => new EventSource("/events"));
// @ts-expect-error: there is no default export
wasmEventSource.default;

export = { asDom, external2, imported, isOurs, read };
