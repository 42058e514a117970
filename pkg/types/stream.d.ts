// `stream()` alone, with an engine of its own. Its StreamError is another class than that of `wasm-eventsource`.
export { stream, StreamError } from "./index.js";
export type { StreamEvent, StreamInit } from "./index.js";
