// `wasm-eventsource/shared`: sources that may share a connection, with the WebAssembly inside.
import { defineInit } from "../engine/loading.js";
import { defineEventSource } from "../event-source/event-source.js";
import { defineStream } from "../reading/stream.js";
// The last, as in index.js.
import { loadEngine, take } from "../engine/inline.js";

export const EventSource = /* @__PURE__ */ defineEventSource(loadEngine);
export const init = /* @__PURE__ */ defineInit(take);
export const stream = /* @__PURE__ */ defineStream(loadEngine);
export { StreamError } from "../reading/stream-error.js";
