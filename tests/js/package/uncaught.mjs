// An error of stream() that nobody catches, of an entry that is imported or required: Node prints it. And a mistake in an argument.
import { createRequire } from "node:module";

const [origin, entry, how, what] = process.argv.slice(2);
const { EventSource, stream } = how === "import" ? await import(entry) : createRequire(import.meta.url)(entry);
if (what === "argument") {
  new EventSource(`${origin}/silence`, { reconnect: 1 });
} else {
  for await (const event of stream(`${origin}/status/500`)) {
    console.log(event);
  }
}
