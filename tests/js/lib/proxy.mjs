// What stands between a browser and a server. A proxy has names that are no secure context, unlike those of this machine itself:
// `http://8080.insecure.test` is its port 8080. A front cuts files off.
import { once } from "node:events";
import { createServer, request as open } from "node:http";
import { onEnd } from "./resources.mjs";

/** The same place by its insecure name. */
export function insecure(address) {
  return `http://${new URL(address).port}.insecure.test`;
}

/** Starts a proxy that knows these names; its host and port. */
export async function startProxy() {
  const server = await listen((request, response) => {
    const { hostname, pathname, search } = new URL(request.url);
    const port = /^(\d+)\.insecure\.test$/.exec(hostname)?.[1];
    if (port === undefined) {
      response.writeHead(502).end();
    } else {
      forward(port, pathname + search, request, response);
    }
  });
  return `127.0.0.1:${server.address().port}`;
}

/** Starts a server before the one of this origin. Once there is a `cut`, a path, only the first half of that file comes. */
export async function startFront(origin) {
  const { port } = new URL(origin);
  const server = await listen((request, response) => {
    forward(port, request.url, request, response, request.url === front.cut ? sendHalf : undefined);
  });
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  const front = { origin: `http://127.0.0.1:${server.address().port}`, cut: undefined, stop };
  return front;
}

async function listen(take) {
  const server = createServer(take).listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(() => server.closeAllConnections());
  onEnd(() => server.close());
  return server;
}

function forward(port, path, request, response, send = (answer) => answer.pipe(response)) {
  const { method, headers } = request;
  const onward = open({ host: "127.0.0.1", port, path, method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    send(answer, response);
  });
  // Whoever leaves takes the connection with it, on either side.
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

async function sendHalf(answer, response) {
  const body = Buffer.concat(await answer.toArray());
  response.write(body.subarray(0, body.length / 2), () => response.destroy());
}
