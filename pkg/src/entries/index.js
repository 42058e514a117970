// `wasm-eventsource`: self-contained, with the WebAssembly inside.
import { defineInit, loadEngine } from "../engine/inline.js";
import { defineEventSource } from "../event-source/event-source.js";
import { defineStream } from "../reading/stream.js";

export const EventSource = /* @__PURE__ */ defineEventSource(loadEngine);
export const init = /* @__PURE__ */ defineInit();
export const stream = /* @__PURE__ */ defineStream(loadEngine);
export { StreamError } from "../reading/stream-error.js";
