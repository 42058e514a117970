import { EventSource, StreamError, stream } from "wasm-eventsource";
import { inProgram } from "./program.mjs";

/** A module with one function, which makes a vector. */
const WITH_SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];

if (WebAssembly.validate(Uint8Array.from(WITH_SIMD))) {
  throw new Error("SIMD is there: this would show nothing");
}
await inProgram({ EventSource, StreamError, stream });
