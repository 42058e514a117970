// MSW, which answers requests by handlers of a test. The argument is the URL of a stream, which it lets pass. Prints what came as JSON.
import { EventSource, stream } from "wasm-eventsource";
import "wasm-eventsource/polyfill";
import { http, HttpResponse, passthrough, sse } from "msw";
import { setupServer } from "msw/node";

const [url] = process.argv.slice(2);
const TYPE = { "Content-Type": "text/event-stream" };
const server = setupServer(
  sse("https://fake.test/sse", ({ client }) => {
    client.send({ id: "1", data: "of sse()" });
    client.send({ event: "fin", data: "x" });
  }),
  http.get("https://fake.test/http", () => new HttpResponse("id: 2\ndata: of http\n\nevent: fin\ndata: x\n\n", { headers: TYPE })),
  http.get(url, () => passthrough()),
);

/** The messages to the event `fin`. */
async function read(events) {
  const seen = [];
  for await (const { type, data, lastEventId } of events) {
    if (type === "fin") {
      break;
    }
    seen.push([data, lastEventId]);
  }
  return seen;
}

server.listen({ onUnhandledRequest: "error" });
const seen = {};
for (const [name, address] of Object.entries({ sse: "https://fake.test/sse", http: "https://fake.test/http", passed: url })) {
  seen[name] = [await read(new EventSource(address)), await read(stream(address))];
}
server.close();
console.log(JSON.stringify(seen));
