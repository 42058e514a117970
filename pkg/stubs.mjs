// A folder for each entry of `exports` but the first, with a package.json that says the same. For resolvers that do not read `exports`:
// TypeScript's "node10", Parcel's without its option, Jest's before version 28. They are made of `exports`, so that an entry is listed once.
// `node pkg/stubs.mjs` writes them by itself, so that types can be checked without a build.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const here = new URL(".", import.meta.url);

/** The stubs that a package.json needs: `[[path, contents]]`, such as `["stream/package.json", { main, module, types }]`. */
export function stubsOf({ exports }) {
  return Object.entries(exports)
    .filter(([name, { types }]) => name !== "." && types !== undefined)
    .map(([name, conditions]) => {
      const folder = name.slice("./".length);
      const up = folder.replaceAll(/[^/]+/g, "..");
      const from = (target) => target.replace(".", up);
      const { types, require, module, default: other } = conditions;
      const stub = { main: from(require ?? other), module: from(module ?? other), types: from(types.default ?? types) };
      return [`${folder}/package.json`, stub];
    });
}

export async function writeStubs() {
  const manifest = JSON.parse(await readFile(new URL("package.json", here), "utf8"));
  for (const [path, stub] of stubsOf(manifest)) {
    const place = new URL(path, here);
    await mkdir(new URL(".", place), { recursive: true });
    await writeFile(place, `${JSON.stringify(stub, null, 2)}\n`);
  }
}

if (fileURLToPath(import.meta.url) === argv[1]) {
  await writeStubs();
}
