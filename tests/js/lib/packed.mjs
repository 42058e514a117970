// The package as its users get it: packed, and installed from the tarball.
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { temporaryFolder } from "./resources.mjs";

const run = promisify(execFile);
const source = fileURLToPath(new URL("../../../pkg", import.meta.url));

export const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** Packs the package. Answers `{ tarball, files }`, the paths in it. */
export async function pack() {
  const { stdout } = await run(NPM, ["pack", "--json", "--pack-destination", temporaryFolder()], { cwd: source });
  const [{ filename, files }] = Object.values(JSON.parse(stdout));
  return { tarball: join(temporaryFolder(), filename), files: files.map(({ path }) => path) };
}

/** Installs the tarball, and nothing else, into a folder that this makes. */
export async function installPacked(tarball, folder) {
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run(NPM, ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder });
}
