import { SSE } from "sse.js";
import { listen } from "./listen.js";

export function open(url, sink, reads) {
  return listen(new SSE(url), sink, reads);
}
