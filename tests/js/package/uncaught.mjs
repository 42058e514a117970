// An error of stream() that nobody catches: Node prints it, and the line that it was thrown on.
import { stream } from "wasm-eventsource/stream";

for await (const event of stream(`${process.argv[2]}/status/500`)) {
  console.log(event);
}
