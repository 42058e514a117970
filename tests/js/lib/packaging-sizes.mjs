// What an application pays for one import in each bundler: docs/bundle-sizes.md.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import { install, runScript } from "./packaging-projects.mjs";

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
      sizes.push(await sizeOf(folder, imported));
    }
    const [packageName, version] = Object.entries(project.dependencies)[0];
    rows.push(`| ${[`${bundler} (${packageName} ${version})`, ...sizes.map((size) => size.toLocaleString("en"))].join(" | ")} |`);
    console.log(rows.at(-1));
  }
  await writeFile(page, pageOf(rows));
}

/** The scripts of a production build, in bytes after brotli. */
async function sizeOf(folder, imported) {
  const code = `import { ${imported} } from "wasm-eventsource";\n\nglobalThis.kept = ${imported};\n`;
  await writeFile(join(folder, "main.js"), code);
  const dist = join(folder, "dist");
  await rm(dist, { recursive: true, force: true });
  await runScript(folder, "build");
  const files = (await readdir(dist, { recursive: true })).filter((name) => /\.([cm]?js|wasm)$/.test(name));
  const sizes = await Promise.all(files.map(async (name) => brotliSize(await readFile(join(dist, name)))));
  if (sizes.length === 0) {
    throw new Error(`there are no scripts in ${dist}`);
  }
  return sizes.reduce((sum, size) => sum + size);
}

async function brotliSize(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return (await compress(bytes, { params })).length;
}

function pageOf(rows) {
  return `# What one import costs in each bundler

Bytes after brotli of all scripts of a production build, the bundler's own code included, of an application that consists of
\`import { NAME } from "wasm-eventsource"\` and keeps what it imports. \`EventSource\` and \`stream\` have the engine inside.

| bundler | ${IMPORTS.map((name) => `\`{ ${name} }\``).join(" | ")} |
|---|${"---:|".repeat(IMPORTS.length)}
${rows.join("\n")}

Written by \`node tests/js/packaging.mjs --sizes\`, from the projects in tests/packaging/. Run \`cargo xtask build\` before.
`;
}
