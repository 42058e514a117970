export { stream, StreamError } from "./index.js";
export type { StreamEvent, StreamInit } from "./index.js";
