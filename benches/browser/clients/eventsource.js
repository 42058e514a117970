import { EventSource } from "eventsource";
import { listen } from "./listen.js";

export function open(url, sink, reads) {
  return listen(new EventSource(url), sink, reads);
}
