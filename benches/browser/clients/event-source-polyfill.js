import { EventSourcePolyfill } from "event-source-polyfill";
import { listen } from "./listen.js";

export function open(url, sink, reads) {
  return listen(new EventSourcePolyfill(url), sink, reads);
}
