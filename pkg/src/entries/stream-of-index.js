// `require("wasm-eventsource/stream")`: what the class's entry has of it.
export { stream, StreamError } from "./index.js";
