import { once } from "node:events";
import { createInterface } from "node:readline";
import { program } from "./programs.mjs";
import { start } from "./resources.mjs";

/** Starts the test server with the folders of `roots` (`{ "/prefix": folder }`); it ends with this process, or by `stop()`. */
export async function startServer(roots) {
  const args = ["--port", "0", "--other-port", "0", "--exit-with-stdin"];
  for (const [prefix, folder] of Object.entries(roots)) {
    args.push("--root", `${prefix}=${folder}`);
  }
  const server = start(program("TEST_SERVER"), args, { stdio: ["pipe", "pipe", "pipe"] });
  const lines = createInterface({ input: server.child.stdout });
  const line = await Promise.race([once(lines, "line"), server.exited]);
  if (!Array.isArray(line)) {
    throw new Error(`the test server does not start: ${server.output().trim()}`);
  }
  return { ...JSON.parse(line[0]), stop: server.stop };
}
