// Builds the site: `node www/site/build.mjs [FOLDER]`. Without a folder it goes to target/site. `cargo xtask build` has to come before.
import { mkdir, rm } from "node:fs/promises";
import { argv, chdir, cwd } from "node:process";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Eleventy } from "@11ty/eleventy";
import * as pagefind from "pagefind";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export async function buildSite(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const before = cwd();
  // Eleventy's paths are relative to the working directory.
  chdir(HERE);
  try {
    const eleventy = new Eleventy("layouts", folder, { configPath: "eleventy.config.mjs", quietMode: true });
    await eleventy.write();
  } finally {
    chdir(before);
  }
  await addSearch(folder);
}

/** The index that search.js reads. */
async function addSearch(folder) {
  const { index } = await pagefind.createIndex();
  const { errors: unread } = await index.addDirectory({ path: folder });
  const { errors: unwritten } = await index.writeFiles({ outputPath: join(folder, "pagefind") });
  await pagefind.close();
  const errors = [...unread, ...unwritten];
  if (errors.length > 0) {
    throw new Error(`the search has no index: ${errors.join("; ")}`);
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(argv[2] ?? `${ROOT}target/site`);
  await buildSite(folder);
  console.log(`the site is in ${folder}`);
}
