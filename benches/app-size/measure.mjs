// What an app grows by, in bytes, when it follows a stream of events: `node measure.mjs APPS`, where APPS is the folder of the app
// built `without` and `with` one. `cargo xtask app-size` makes it and runs this. A budget is what was reached, rounded up.
import { readFile } from "node:fs/promises";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";

const budget = JSON.parse(await readFile(new URL("budget.json", import.meta.url), "utf8"));
const apps = pathToFileURL(`${argv[2]}/`);

const sizes = async (app, file) => {
  const bytes = await readFile(new URL(`${app}/${file}`, apps));
  return { raw: bytes.length, brotli: brotliCompressSync(bytes).length };
};

const rows = [];
for (const file of ["app_bg.wasm", "app.js"]) {
  const [without, with_] = [await sizes("without", file), await sizes("with", file)];
  for (const kind of ["raw", "brotli"]) {
    rows.push({ what: `${file}, ${kind}`, without: without[kind], with: with_[kind], growth: with_[kind] - without[kind] });
  }
}
for (const { what, ...numbers } of rows) {
  const columns = Object.entries(numbers).map(([name, bytes]) => `${name} ${String(bytes).padStart(7)}`);
  console.log([what.padEnd(20), ...columns].join("  "));
}
console.log(`budget of the growth of app_bg.wasm: ${budget.raw} raw (wanted: ${budget.target}), ${budget.brotli} brotli`);

const [raw, brotli] = rows.map(({ growth }) => growth);
if (raw > budget.raw || brotli > budget.brotli) {
  console.error(
    `error: an app grows by ${raw} bytes of WebAssembly, ${brotli} after brotli: make it less, or raise the budget in ` +
      "benches/app-size/budget.json and say in the commit what the bytes are for",
  );
  process.exitCode = 1;
}
