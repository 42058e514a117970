// `wasm-eventsource/external`: the WebAssembly in a file of its own.
import { loadEngine, take } from "../engine/external.js";
import { defineInit } from "../engine/loading.js";
import { retryLoading } from "../engine/retry.js";
import { defineEventSource } from "../event-source/event-source.js";
import { defineStream } from "../reading/stream.js";

export const EventSource = /* @__PURE__ */ defineEventSource(loadEngine, retryLoading);
export const init = /* @__PURE__ */ defineInit(take);
export const stream = /* @__PURE__ */ defineStream(loadEngine);
export { StreamError } from "../reading/stream-error.js";
