// What CommonJS modules get where there are no types of the DOM. Checked by `npm run types`, never run.
import wasmEventSource = require("wasm-eventsource");
import { init } from "wasm-eventsource/external";
import { EventSource as InJavascript } from "wasm-eventsource/js";
import { stream, StreamError } from "wasm-eventsource/stream";
import shared = require("wasm-eventsource/shared");
import { serve } from "wasm-eventsource/shared-worker";
import "wasm-eventsource/polyfill";
import "wasm-eventsource/polyfill/force";

const source = new wasmEventSource.EventSource("https://example.com/events");
source.onerror = ({ reason }) => reason.length;
source.onmessage = (event) => event.json();
const read = (): Promise<unknown> => stream("https://example.com/chat").next();

export = { init, InJavascript, read, serve, shared, source, StreamError };
