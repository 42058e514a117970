import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL("..", import.meta.url));
const vectorFolder = fileURLToPath(new URL("../../vectors", import.meta.url));
const driverFolder = fileURLToPath(new URL("../../driver", import.meta.url));

/** The suite with all it imports as one classic script. */
export function bundleSuite(outfile) {
  return build({
    absWorkingDir: here,
    entryPoints: ["harness/entry.js"],
    outfile,
    bundle: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    // The cases are modules, and strict; a classic script has to say so.
    banner: { js: '"use strict";' },
    logLevel: "warning",
    plugins: [dataPlugin("vectors", readVectors), dataPlugin("driver-cases", readDriverCases)],
  });
}

/** The package's entry of shared connections as a classic script, for workers. It sets `SharedEventSource`, and `serveShared`. */
export function bundleShared(outfile, packageFolder) {
  const contents = ["shared", "shared-worker"].map((name) => `export * from "./dist/${name}.js";`).join("");
  return build({
    stdin: { contents, resolveDir: packageFolder },
    outfile,
    bundle: true,
    format: "iife",
    globalName: "shared",
    footer: { js: "globalThis.SharedEventSource = shared.EventSource; globalThis.serveShared = shared.serve;" },
    target: "es2022",
    charset: "utf8",
    logLevel: "warning",
  });
}

/**
 * `import data from "name"`: what `read` comes to. `vectors` are the streams that the parser's own tests use,
 * `[{ name, base64, events }]`; `driver-cases` are those of both drivers, `[{ file, cases }]`.
 */
function dataPlugin(name, read) {
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
      onLoad({ filter: /.*/, namespace: name }, async () => ({ contents: JSON.stringify(await read()), loader: "json" }));
    },
  };
}

async function readDriverCases() {
  const files = (await readdir(driverFolder)).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(
    files.map(async (file) => ({ file, cases: JSON.parse(await readFile(join(driverFolder, file), "utf8")) })),
  );
}

async function readVectors() {
  const files = await readdir(vectorFolder);
  const names = files.filter((file) => file.endsWith(".sse")).map((file) => file.slice(0, -4));
  if (names.length === 0) {
    throw new Error(`there are no vectors in ${vectorFolder}`);
  }
  return Promise.all(
    names.sort().map(async (name) => {
      const stream = await readFile(join(vectorFolder, `${name}.sse`));
      const { events } = JSON.parse(await readFile(join(vectorFolder, `${name}.json`), "utf8"));
      return { name, base64: stream.toString("base64"), events };
    }),
  );
}
