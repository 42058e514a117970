// The types of the CommonJS modules: the same as those of types/, except for the names of the files. `node pkg/types-for-require.mjs`
// writes them by itself, so that types can be checked without a build.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const types = new URL("types/", import.meta.url);
const dist = new URL("dist/", import.meta.url);

export async function writeTypesForRequire() {
  await mkdir(dist, { recursive: true });
  for (const name of await readdir(types)) {
    const text = await readFile(new URL(name, types), "utf8");
    await writeFile(new URL(name.replace(".d.ts", ".d.cts"), dist), text.replaceAll('"./index.js"', '"./index.cjs"'));
  }
}

if (fileURLToPath(import.meta.url) === argv[1]) {
  await writeTypesForRequire();
}
