// The projects of tests/packaging/, each with its dependencies, the packed package, and the files that all have.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { NPM } from "./packed.mjs";
import { onEnd, start } from "./resources.mjs";

const source = fileURLToPath(new URL("../../packaging", import.meta.url));

/** How long a command may take, in milliseconds. */
const MAX_TIME = 300_000;

/** No tool is to ask, to look for its own updates, or to tell about us. */
const QUIET = {
  CI: "1",
  DO_NOT_TRACK: "1",
  FORCE_COLOR: "0",
  NO_COLOR: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NG_CLI_ANALYTICS: "false",
  NUXT_TELEMETRY_DISABLED: "1",
  npm_config_update_notifier: "false",
};

/**
 * All projects: folders named `<target>_<entry>`. In package.json, `scripts.build` is optional. `scripts.start` is a program that
 * tells its outcome, and `scripts["start:NAME"]` is another one; `scripts.test` is one that ends with 0. A project with none of
 * these is a page: that of the server `scripts.serve`, else the one in dist/. The member `packaging` has what is special: `slow`,
 * `browsers`, `arguments` of their command lines, `policy`, `tells` (words of what may be in the console), and the projects that it is
 * `like`, whose files it has, too.
 */
export async function readProjects() {
  const folders = (await readdir(source)).filter((name) => name.includes("_")).sort();
  return Promise.all(folders.map(readProject));
}

async function readProject(name) {
  const manifest = JSON.parse(await readFile(join(source, name, "package.json"), "utf8"));
  const { scripts = {}, dependencies = {}, overrides, packaging = {} } = manifest;
  const { slow = false, browsers = ["chromium"], arguments: args = [], policy, tells = [], like = [] } = packaging;
  const programs = Object.keys(scripts).filter((script) => /^(start|test)\b/.test(script));
  const tests = programs.map((script) => ({ name: [name, ...script.split(":").slice(1)].join(" "), script }));
  if (programs.length === 0) {
    tests.push(...browsers.map((browser) => ({ name: `${name} in ${browser}`, browser, arguments: args, policy })));
  }
  return { name, entry: name.split("_").at(-1), scripts, dependencies, overrides, slow, tells, like, tests };
}

/** Makes a folder of this run with the project and all it needs. Answers its path. */
export async function install(project, place) {
  const folder = join(await mkdtempOf(await installDependencies(project)), project.name);
  for (const files of ["common", ...project.like, project.name]) {
    await cp(join(source, files), folder, { recursive: true });
  }
  const ours = "node_modules/wasm-eventsource";
  await cp(join(place.packed, ours), join(folder, ours), { recursive: true });
  return folder;
}

async function mkdtempOf(folder) {
  const made = await mkdtemp(join(folder, "run-"));
  onEnd(() => rm(made, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
  return made;
}

/**
 * A folder of this project's cache that has the dependencies in node_modules/: a project below it finds them there. It is named
 * after them, and so projects with the same ones share it.
 */
export async function installDependencies({ name, dependencies, overrides }) {
  const manifest = JSON.stringify({ private: true, dependencies, overrides });
  const hash = createHash("sha256").update(manifest).digest("hex").slice(0, 16);
  const [first = "nothing"] = Object.keys(dependencies);
  const folder = join(cache(), `${first.replace(/[^a-z0-9-]/g, "")}-${hash}`);
  if (existsSync(folder)) {
    return folder;
  }
  await mkdir(cache(), { recursive: true });
  const unfinished = await mkdtempOf(cache());
  await writeFile(join(unfinished, "package.json"), manifest);
  if (Object.keys(dependencies).length > 0) {
    const list = Object.entries(dependencies).map((entry) => entry.join(" "));
    console.error(`==> installing for ${name}: ${list.join(", ")}`);
    const npm = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"];
    await finished(start(NPM, npm, { cwd: unfinished, env: QUIET }), `npm install for ${name}`);
  }
  // Another run may have been faster.
  await rename(unfinished, folder).catch((error) => {
    if (!existsSync(folder)) {
      throw error;
    }
  });
  return folder;
}

/** Beside the tools of `cargo xtask`. */
function cache() {
  const { XDG_CACHE_HOME: named } = process.env;
  return join(named && isAbsolute(named) ? named : join(homedir(), ".cache"), "wasm-eventsource/packaging");
}

/** Runs a script of package.json in the folder of a project. Answers what it has printed, its last 10,000 characters. */
export function runScript(folder, script, env) {
  return finished(startScript(folder, script, env), `${script} of ${basename(folder)}`);
}

/** Starts a script of package.json that does not end by itself. */
export function startScript(folder, script, env = {}) {
  return start(NPM, ["run", "--silent", script], { cwd: folder, env: { ...QUIET, ...env } });
}

async function finished(running, what) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, MAX_TIME, "late");
  });
  const code = await Promise.race([running.exited, late]);
  clearTimeout(timer);
  if (code === "late") {
    await running.kill();
  }
  if (code !== 0) {
    const how = code === "late" ? `has not ended within ${MAX_TIME / 1000} s` : `has failed (${code})`;
    const error = new Error(`${what} ${how}:\n${running.output().trim()}`);
    error.stack = undefined; // It says nothing, and repeats the output.
    throw error;
  }
  return running.output();
}
