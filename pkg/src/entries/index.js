// `wasm-eventsource`: self-contained, with the WebAssembly inside.
import { defineInit } from "../engine/loading.js";
import { defineEventSource } from "../event-source/event-source.js";
import { defineStream } from "../reading/stream.js";
// The last, for bundles are in this order, and what comes before the module is smaller after brotli than what comes after it.
import { loadEngine, take } from "../engine/inline.js";

export const EventSource = /* @__PURE__ */ defineEventSource(loadEngine);
export const init = /* @__PURE__ */ defineInit(take);
export const stream = /* @__PURE__ */ defineStream(loadEngine);
export { StreamError } from "../reading/stream-error.js";
