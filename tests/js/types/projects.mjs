// What is compiled to check the types: each tsconfig with each compiler that knows its settings. `npm run types` does it with the types
// in pkg/types, tests/js/package.mjs with those of the packed package. Run by itself, this writes what is wrong.
import { execFile } from "node:child_process";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const MODULES = fileURLToPath(new URL("../../../node_modules/", import.meta.url));

/** TypeScript 7 does not have "node10" any more. */
const COMPILERS = { "TypeScript 7": "typescript", "TypeScript 5": "typescript5" };
const EACH = {
  bundler: "for a bundler",
  disposable: "with Symbol.dispose",
  node16: "with moduleResolution node16",
  node: "with @types/node and no DOM library",
  node20: "with the @types/node of Node 20 and no DOM library",
  "node-and-dom": "with @types/node and the DOM library",
};

/** `[{ name, compiler, config }]` */
export const PROJECTS = [
  ...Object.keys(COMPILERS).flatMap((compiler) =>
    Object.entries(EACH).map(([config, how]) => ({ name: `${compiler} ${how}`, compiler, config })),
  ),
  { name: "TypeScript 5 with moduleResolution node10", compiler: "TypeScript 5", config: "node10" },
];

/** The examples of the documents, which examples.mjs has written. They are no part of the package. */
export const EXAMPLES = Object.keys(COMPILERS).map((compiler) => ({ name: `${compiler}: the examples`, compiler, config: "examples" }));

/** What is wrong with a project in a folder, as the compiler says it. Empty if nothing is. */
export async function compile({ compiler, config }, folder) {
  const tsc = `${MODULES}${COMPILERS[compiler]}/bin/tsc`;
  const { code = 0, stdout, stderr } = await run(process.execPath, [tsc, "-p", `${folder}/tsconfig.${config}.json`]).catch((failed) => failed);
  // Failed, it tells the errors in its output; the rest is for a compiler that is missing or crashes.
  return code === 0 ? stdout + stderr : `${stdout}${stderr}` || `it ended with ${code}`;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const here = fileURLToPath(new URL(".", import.meta.url));
  for (const project of [...PROJECTS, ...EXAMPLES]) {
    const wrong = await compile(project, here);
    if (wrong !== "") {
      console.error(`${project.name}:\n${wrong}`);
      process.exitCode = 1;
    }
  }
}
