// The same as `wasm-eventsource`, with the WebAssembly in a file of its own.
export * from "./index.js";
