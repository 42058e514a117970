// Two servers behind one address, as behind a load balancer: when the first is stopped, new connections go to the second, and those to
// the first stay open without a word.
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("ticking-server.mjs", import.meta.url));

export async function startFailover() {
  const servers = await Promise.all([startServer(), startServer()]);
  let [target] = servers;
  const sockets = new Set();
  const front = createServer((socket) => {
    const back = connect(target.port, "127.0.0.1");
    for (const [one, other] of [[socket, back], [back, socket]]) {
      sockets.add(one);
      one.on("error", () => other.destroy()).on("close", () => (sockets.delete(one), other.destroy()));
      one.pipe(other);
    }
  });
  await once(front.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${front.address().port}/`,
    /** Stops the first server. The second takes over. */
    stopFirst() {
      servers[0].child.kill("SIGSTOP");
      target = servers[1];
    },
    async end() {
      sockets.forEach((socket) => socket.destroy());
      front.close();
      for (const { child } of servers) {
        child.kill("SIGCONT");
        child.kill();
      }
      await Promise.all(servers.map(({ child }) => child.exitCode ?? child.signalCode ?? once(child, "exit")));
    },
  };
}

async function startServer() {
  const child = fork(SERVER);
  const [port] = await once(child, "message");
  return { child, port };
}
