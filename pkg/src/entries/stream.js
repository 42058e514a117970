// `wasm-eventsource/stream`: the function alone, with the WebAssembly inside.
import { loadEngine } from "../engine/inline.js";
import { defineStream } from "../reading/stream.js";

export const stream = /* @__PURE__ */ defineStream(loadEngine);
export { StreamError } from "../reading/stream-error.js";
