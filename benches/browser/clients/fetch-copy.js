// The floor of whatever runs in WebAssembly: the bytes, copied into its memory.
import { readAll } from "./fetch-bytes.js";

const PAGE = 64 * 1024;

export function flood(url, { bytes }) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  return readAll(url, bytes, (chunk) => {
    const missing = chunk.length - memory.buffer.byteLength;
    if (missing > 0) {
      memory.grow(Math.ceil(missing / PAGE));
    }
    new Uint8Array(memory.buffer, 0, chunk.length).set(chunk);
  });
}
