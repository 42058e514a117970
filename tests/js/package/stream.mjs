// `wasm-eventsource/stream` alone. Prints what it reads, and how its classes are called, as JSON.
import { stream, StreamError } from "wasm-eventsource/stream";

const messages = [];
const names = new Set();
for await (const event of stream(`${process.argv[2]}/chunks?size=3`)) {
  messages.push([event.type, event.data, event.lastEventId]);
  names.add(event.constructor.name);
  if (event.data === "last") {
    break;
  }
}
console.log(JSON.stringify({ messages, names: [...names, StreamError.name] }));
