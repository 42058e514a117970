// `stream()` alone. The entry contains its own engine.
export { stream, StreamError } from "./index.js";
export type { StreamEvent, StreamInit } from "./index.js";
