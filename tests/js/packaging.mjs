// The packed package in projects as users have them: bundlers, frameworks, runtimes, test runners. The projects are in
// tests/packaging/. `node tests/js/packaging.mjs [FILTER...] [--all] [--sizes] [--install]`
//
// Without --all the quick ones are made, unless a filter names others. With --sizes docs/bundle-sizes.md is written. With --install
// nothing is tested, and there is all that the quick ones depend on.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startBrowser } from "./lib/browsers.mjs";
import { failsAsKnown, KNOWN_TO_FAIL, tableOfKnown } from "./lib/packaging-known.mjs";
import { install, installDependencies, readProjects } from "./lib/packaging-projects.mjs";
import { build, judge, runOf } from "./lib/packaging-run.mjs";
import { writeSizes } from "./lib/packaging-sizes.mjs";
import { installPacked, pack } from "./lib/packed.mjs";
import { temporaryFolder, withCleanup } from "./lib/resources.mjs";
import { startServer } from "./lib/server.mjs";
import { Tally } from "./lib/tally.mjs";

const { values: options, positionals: filter } = parseArgs({
  options: { all: { type: "boolean" }, sizes: { type: "boolean" }, install: { type: "boolean" } },
  allowPositionals: true,
});
const wanted = (name) =>
  filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()));

async function main() {
  const projects = await readProjects();
  const chosen = projects.filter(({ slow }) => !slow || options.all || filter.length > 0);
  if (options.install) {
    for (const project of chosen) {
      await installDependencies(project);
    }
    return;
  }
  const tally = new Tally();
  const test = async (name, body) => {
    if (wanted(name)) {
      await tally.test(name, body);
    }
  };
  await tableOfKnown(test, projects);
  const place = await makePlace();
  for (const project of chosen) {
    await make(project, place, tally);
  }
  if (options.sizes) {
    await tally.test("the sizes in every bundler", () => writeSizes(projects, place));
  }
  tally.end({ filtered: filter.length > 0 });
}

/** What all projects share: the packed package, the server with its folder of pages, the browsers. */
async function makePlace() {
  const pages = join(temporaryFolder(), "pages");
  await mkdir(pages);
  await writeFile(join(pages, "favicon.ico"), ""); // Browsers ask for it, and tell of one that is missing.
  const packed = join(temporaryFolder(), "packed");
  const { tarball } = await pack();
  await installPacked(tarball, packed);
  return { packed, pages, tarball, ...(await startServer({ "/": pages })), browserOf: browsers() };
}

/** One project, installed and built once for all its tests. */
async function make(project, place, tally) {
  let folder;
  let built;
  for (const { name, ...how } of project.tests.filter(({ name }) => wanted(name))) {
    const known = KNOWN_TO_FAIL[name];
    await tally.test(known ? `${name}: known to fail, because ${known.because}` : name, async () => {
      folder ??= await install(project, place);
      const test = async () => {
        await (built ??= build(project, folder));
        const ran = await runOf(project, folder, how, place);
        if (ran) {
          await judge(project, ran);
        }
      };
      await (known ? failsAsKnown(test, known) : test());
    });
  }
}

/** Each browser is started when the first page needs it. */
function browsers() {
  const started = new Map();
  return (name, args = []) => {
    const key = [name, ...args].join(" ");
    if (!started.has(key)) {
      started.set(key, startBrowser(name, { arguments: args }));
    }
    return started.get(key);
  };
}

await withCleanup(main);
