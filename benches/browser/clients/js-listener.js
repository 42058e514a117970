import { EventSource } from "wasm-eventsource/js";
import { listen } from "./listen.js";

export function open(url, sink, reads) {
  return listen(new EventSource(url), sink, reads);
}
