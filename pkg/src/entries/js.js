// `wasm-eventsource/js`: self-contained, with the engine as JavaScript. For pages where WebAssembly is forbidden or missing.
import { javascript } from "../engine/javascript.js";
import { defineInit, load } from "../engine/loading.js";
import { defineEventSource } from "../event-source/event-source.js";
import { defineStream } from "../reading/stream.js";

const loadEngine = () => load(javascript);

export const EventSource = /* @__PURE__ */ defineEventSource(loadEngine);
export const init = /* @__PURE__ */ defineInit(() => {});
export const stream = /* @__PURE__ */ defineStream(loadEngine);
export { StreamError } from "../reading/stream-error.js";
