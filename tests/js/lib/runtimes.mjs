// Other runtimes than Node and browsers: Bun, Deno, and workerd, in which Cloudflare Workers run. They are npm packages of a folder of
// their own, because they are large and nothing else needs them.
import { copyFile, mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { installPackages } from "./installed.mjs";
import { start, temporaryFolder } from "./resources.mjs";

const folder = fileURLToPath(new URL("../runtimes/", import.meta.url));
const dist = new URL("../../../pkg/dist/", import.meta.url);
const WASM = "wasm-eventsource.wasm";

/** Answers their versions. */
export const installRuntimes = () => installPackages(folder);

const executable = (name) => join(folder, "node_modules/.bin", name);

/** Runs a module in Bun or Deno. */
export function startScript(runtime, script, ...args) {
  return start(executable(runtime), [...(runtime === "deno" ? ["run", "--allow-all"] : []), script, ...args]);
}

/**
 * Starts a Worker of runtimes/ in workerd, bundled as Cloudflare's Wrangler does it: the same conditions, and a WebAssembly file is a
 * module. `suite` is what the import of that name is; `compatibility` says what the platform is to be like. Answers the origin, when it listens.
 */
export async function startWorker(name, { compatibility, suite }) {
  const into = await mkdtemp(join(temporaryFolder(), "workerd-"));
  await build({
    absWorkingDir: folder,
    entryPoints: [`${name}.js`],
    outfile: join(into, "worker.js"),
    bundle: true,
    format: "esm",
    charset: "utf8",
    conditions: ["workerd", "worker", "browser"],
    external: ["*.wasm"],
    alias: suite && { suite },
    logLevel: "warning",
  });
  await copyFile(new URL(WASM, dist), join(into, WASM));
  await writeFile(join(into, "config.capnp"), configuration(compatibility));
  const args = ["serve", "--control-fd=3", "--socket-addr=http=127.0.0.1:0", join(into, "config.capnp")];
  const { bin } = createRequire(join(folder, "package.json"))("workerd/package.json");
  const process = start(join(folder, "node_modules/workerd", bin.workerd), args, { stdio: ["ignore", "pipe", "pipe", "pipe"] });
  const lines = createInterface({ input: process.child.stdio[3] });
  for await (const line of lines) {
    const { event, socket, port } = JSON.parse(line);
    if (event === "listen" && socket === "http") {
      return { origin: `http://127.0.0.1:${port}`, stop: process.stop };
    }
  }
  throw new Error(`workerd does not start: ${process.output()}`);
}

/** It may connect to this machine, where the test server is. */
function configuration({ date, flags = [] }) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js"), (name = "./${WASM}", wasm = embed "${WASM}")],
  compatibilityDate = "${date}",
  compatibilityFlags = ${JSON.stringify(flags)},
);
`;
}
