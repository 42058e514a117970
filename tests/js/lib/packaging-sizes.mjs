// What an application pays for one import in each bundler: docs/bundle-sizes.md.
import { readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { install, runScript } from "./packaging-projects.mjs";
import { publish } from "./packaging-run.mjs";

const compress = promisify(brotliCompress);
const page = fileURLToPath(new URL("../../../docs/bundle-sizes.md", import.meta.url));

/** The projects whose build is measured, as people call them. */
const BUNDLERS = {
  "Vite 8": "vite8_index",
  "Vite 7": "vite7_index",
  "webpack 5": "webpack5_index",
  Rspack: "rspack_index",
  Rollup: "rollup_index",
  esbuild: "esbuild_index",
  "Parcel 2": "parcel_index",
  Bun: "bun-build_index",
};
const IMPORTS = ["EventSource", "stream", "StreamError"];

/** Builds an application with each import in each bundler, and writes the page. */
export async function writeSizes(projects, place) {
  const rows = [];
  for (const [bundler, name] of Object.entries(BUNDLERS)) {
    const project = projects.find((project) => project.name === name);
    const folder = await install(project, place);
    const sizes = [];
    for (const imported of IMPORTS) {
      sizes.push(await sizeOf(folder, imported, place));
    }
    const [packageName, version] = Object.entries(project.dependencies)[0];
    const cells = [`${bundler} (${packageName} ${version})`, ...sizes.map((size) => size.toLocaleString("en"))];
    rows.push(`| ${cells.join(" | ")} |`);
    console.log(rows.at(-1));
  }
  await writeFile(page, pageOf(rows));
}

/** What a page loads of a production build, in bytes after brotli. What it would load later does not count. */
async function sizeOf(folder, imported, { pages, origin, browserOf }) {
  const code = `import { ${imported} } from "wasm-eventsource";\n\nglobalThis.kept = ${imported};\n`;
  await writeFile(join(folder, "main.js"), code);
  await rm(join(folder, "dist"), { recursive: true, force: true });
  await runScript(folder, "build");
  const page = await publish(`size-of-${basename(folder)}-${imported}`, folder, pages);
  const browser = await browserOf("chromium");
  await browser.goTo(origin + page);
  const loaded = await browser.run(`() => performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname)`);
  const scripts = loaded.filter((path) => /\.([cm]?js|wasm)$/.test(path));
  if (scripts.length === 0) {
    throw new Error(`${page} loads no scripts`);
  }
  const sizes = await Promise.all(scripts.map(async (path) => brotliSize(await readFile(join(pages, path)))));
  return sizes.reduce((sum, size) => sum + size);
}

async function brotliSize(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return (await compress(bytes, { params })).length;
}

function pageOf(rows) {
  return `# What one import costs in each bundler

What a page loads of a production build, in bytes after brotli, the bundler's own code included. The application consists of
\`import { NAME } from "wasm-eventsource"\` and keeps what it imports. \`EventSource\` and \`stream\` have the engine inside. esbuild and Bun
make one file here, with the engine as JavaScript in it, too: 19 KB, which \`--splitting\` keeps apart.

| bundler | ${IMPORTS.map((name) => `\`{ ${name} }\``).join(" | ")} |
|---|${"---:|".repeat(IMPORTS.length)}
${rows.join("\n")}

Written by \`node tests/js/packaging.mjs --sizes\`, from the projects in tests/packaging/. Run \`cargo xtask build\` before.
`;
}
