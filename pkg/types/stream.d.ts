// `stream()` alone, with an engine of its own.
export { stream, StreamError } from "./index.js";
export type { StreamEvent, StreamInit } from "./index.js";
