// Writes every example of the documents that imports the package, and every one of the guides, to a file of its own, for `npm run types` to
// check.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = fileURLToPath(new URL("examples/", import.meta.url));

const GUIDES = "docs/guides/";
const markdownOf = (folder) => readdirSync(`${ROOT}${folder}`).flatMap((name) => (name.endsWith(".md") ? [`${folder}${name}`] : []));
const pages = ["README.md", "pkg/README.md", "www/site/landing.md", ...markdownOf("docs/"), ...markdownOf(GUIDES)];

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
let count = 0;
for (const page of pages) {
  const text = readFileSync(`${ROOT}${page}`, "utf8");
  for (const { 1: code, index } of text.matchAll(/^```(?:js|ts)\n(.*?)^```$/gms)) {
    if (page.startsWith(GUIDES) || /(from|import) "wasm-eventsource/.test(code)) {
      const line = text.slice(0, index).split("\n").length;
      const name = `${page.replace(/^docs\//, "").replace(/\.md$/, "").replaceAll("/", "-")}-line-${line}.ts`;
      writeFileSync(`${FOLDER}${name}`, code);
      count += 1;
    }
  }
}
if (count === 0) {
  throw new Error("no document has an example");
}
console.log(`${count} examples of the documents`);
