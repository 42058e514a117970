// The same class, with its WebAssembly in a file of its own.
export * from "./index.js";
