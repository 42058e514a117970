// The page of the bundle, which names the only bytes that may run.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const hash = createHash("sha384").update(readFileSync("dist/main.js")).digest("base64");
const page = readFileSync("index.html", "utf8");
const script = '<script type="module" src="./main.js">';
if (!page.includes(script)) {
  throw new Error("index.html has another script than this one expects");
}
const checked = `<script type="module" integrity="sha384-${hash}" src="./main.js">`;
writeFileSync("dist/index.html", page.replace(script, checked));
