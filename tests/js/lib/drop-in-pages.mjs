// The pages of drop-in.mjs, each twice: in native/ as it is, in ours/ with our EventSource before it.
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = fileURLToPath(new URL("../drop-in/clients", import.meta.url));
const globalBuild = fileURLToPath(new URL("../../../pkg/dist/wasm-eventsource.global.js", import.meta.url));
const require = createRequire(import.meta.url);

/** The libraries that are bundled with their page, as an application does it. */
const BUNDLED = ["reconnecting-eventsource", "rxjs", "turbo", "vueuse", "reader"];

export async function makePages(folder) {
  await htmx(folder);
  for (const implementation of ["native", "ours"]) {
    for (const name of BUNDLED) {
      await bundle(folder, implementation, name);
      await writeFile(join(folder, implementation, `${name}.html`), page(name));
    }
  }
}

/** htmx as its users have it: plain scripts, and ours is one more before them. */
async function htmx(folder) {
  await mkdir(join(folder, "htmx"), { recursive: true });
  await cp(require.resolve("htmx.org/dist/htmx.min.js"), join(folder, "htmx/htmx.min.js"));
  await cp(require.resolve("htmx-ext-sse/dist/sse.js"), join(folder, "htmx/sse.js"));
  await writeFile(join(folder, "htmx/fragment.html"), "<i>fetched</i>");
  await cp(globalBuild, join(folder, "htmx/wasm-eventsource.global.js"));
  const html = await readFile(join(source, "htmx.html"), "utf8");
  const script = '<script src="../htmx/wasm-eventsource.global.js"></script>';
  for (const [implementation, line] of Object.entries({ native: "", ours: script })) {
    await mkdir(join(folder, implementation));
    await writeFile(join(folder, implementation, "htmx.html"), html.replace("<!-- EventSource -->", line));
    await build({ ...OPTIONS, entryPoints: [join(source, "htmx.js")], outdir: join(folder, implementation) });
  }
}

const OPTIONS = { bundle: true, format: "iife", target: "es2022", charset: "utf8", logLevel: "warning" };

function bundle(folder, implementation, name) {
  const first = implementation === "ours" ? 'import "wasm-eventsource/polyfill/force";\n' : "";
  return build({
    ...OPTIONS,
    stdin: { contents: `${first}import "./${name}.js";`, resolveDir: source, sourcefile: `${name}.entry.js` },
    outfile: join(folder, implementation, `${name}.js`),
  });
}

function page(name) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${name}</title>
<link rel="icon" href="data:,">
<script>window.nativeEventSource = EventSource;</script>
<script src="${name}.js" defer></script>
<body></body>
`;
}
