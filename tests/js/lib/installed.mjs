// npm packages of a folder of their own: large ones that nothing else needs, and that are installed when they are.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** Installs what is missing of the packages that a folder's package.json names. Answers their versions. */
export async function installPackages(folder) {
  const { devDependencies: wanted } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const isThere = await Promise.all(Object.entries(wanted).map(async ([name, version]) => (await installed(folder, name)) === version));
  if (isThere.includes(false)) {
    console.log(`installing ${Object.keys(wanted).join(", ")}`);
    await promisify(execFile)(NPM, ["ci", "--no-audit", "--no-fund"], { cwd: folder });
  }
  return wanted;
}

async function installed(folder, name) {
  const manifest = await readFile(join(folder, "node_modules", name, "package.json"), "utf8").catch(() => "{}");
  return JSON.parse(manifest).version;
}
