// What is in the tarball.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { stubsOf } from "../../../pkg/stubs.mjs";

const PACKAGE = new URL("../../../pkg/package.json", import.meta.url);

/** `packed` are the files of the tarball, which is installed in `app`. */
export async function contents(test, app, packed) {
  const manifest = JSON.parse(await readFile(PACKAGE, "utf8"));
  await test("the tarball has what the exports name, the README, and no sources", async () => {
    const filesOf = (target) => (typeof target === "string" ? [target] : Object.values(target).flatMap(filesOf));
    for (const path of filesOf(manifest.exports).filter((path) => !path.includes("*")).map((path) => path.slice(2))) {
      assert.ok(packed.includes(path), `${path} is not in the tarball`);
    }
    assert.ok(packed.includes("dist/wasm-eventsource.global.js") && packed.includes("dist/wasm-eventsource.wasm"));
    assert.ok(packed.includes("README.md"));
    const stubs = stubsOf(manifest).map(([path]) => path);
    const isExpected = (path) => stubs.includes(path) || /^(dist|types)\/|^(package\.json|README\.md|LICENSE.*)$/.test(path);
    assert.deepEqual(packed.filter((path) => !isExpected(path)), []);
  });
  await test("each entry has a folder for resolvers that do not read exports, which leads to the files of that entry", async () => {
    const root = join(app, "node_modules/wasm-eventsource");
    const entries = Object.keys(manifest.exports).filter((name) => !/^\.$|\*|package\.json/.test(name));
    assert.ok(entries.length >= 6, `${entries}`);
    const require = createRequire(join(root, "package.json"));
    for (const entry of entries) {
      const folder = join(root, entry);
      const { main, module, types, ...others } = require(join(folder, "package.json"));
      assert.deepEqual([entry, others], [entry, {}]);
      for (const target of [main, module, types]) {
        const path = relative(root, join(folder, target)).replaceAll("\\", "/");
        assert.ok(packed.includes(path), `${path} is not in the tarball`);
      }
      // By its path, Node resolves a folder as they do.
      assert.equal(require.resolve(folder), join(folder, main));
      assert.equal(join(folder, main), join(root, manifest.exports[entry].require));
    }
  });
  await test("the packed package.json says where the sources are, and where to report a fault", async () => {
    const installed = join(app, "node_modules/wasm-eventsource/package.json");
    const { homepage, repository, bugs } = JSON.parse(await readFile(installed, "utf8"));
    const project = "https://github.com/wasm-eventsource/wasm-eventsource";
    assert.deepEqual(repository, { type: "git", url: `git+${project}.git`, directory: "pkg" });
    assert.deepEqual([homepage, bugs], [`${project}#readme`, `${project}/issues`]);
  });
}
