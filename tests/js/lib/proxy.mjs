// Names that are no secure context, unlike those of this machine itself: `http://8080.insecure.test` is its port 8080.
import { once } from "node:events";
import { createServer, request as open } from "node:http";
import { onEnd } from "./resources.mjs";

/** The same place by its insecure name. */
export function insecure(address) {
  return `http://${new URL(address).port}.insecure.test`;
}

/** Starts a proxy that knows these names; its host and port. */
export async function startProxy() {
  const server = createServer(forward);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(() => server.closeAllConnections());
  onEnd(() => server.close());
  return `127.0.0.1:${server.address().port}`;
}

function forward(request, response) {
  const { hostname, pathname, search } = new URL(request.url);
  const port = /^(\d+)\.insecure\.test$/.exec(hostname)?.[1];
  if (port === undefined) {
    response.writeHead(502).end();
    return;
  }
  const { method, headers } = request;
  const onward = open({ host: "127.0.0.1", port, path: pathname + search, method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  // Whoever leaves takes the connection with it, on either side.
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}
