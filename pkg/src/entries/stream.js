// `wasm-eventsource/stream`: the function alone, with the WebAssembly inside.
import { defineStream } from "../reading/stream.js";
// The last, as in index.js.
import { loadEngine } from "../engine/inline.js";

export const stream = /* @__PURE__ */ defineStream(loadEngine);
export { StreamError } from "../reading/stream-error.js";
