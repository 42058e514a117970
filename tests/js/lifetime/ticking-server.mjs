// A server of its own process, so that it can be stopped: an event every few milliseconds, numbered on from the last event ID.
import { createServer } from "node:http";

const TICK = 50;

const server = createServer((request, response) => {
  const cors = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "Last-Event-ID" };
  if (request.method === "OPTIONS") {
    response.writeHead(204, cors).end();
    return;
  }
  response.writeHead(200, { ...cors, "Content-Type": "text/event-stream" });
  let count = Number(request.headers["last-event-id"] ?? 0);
  const tick = () => {
    count += 1;
    response.write(`id: ${count}\ndata: ${count}\n\n`);
  };
  tick();
  const timer = setInterval(tick, TICK);
  response.on("close", () => clearInterval(timer));
});

server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
