// What sharing a connection costs and saves, measured in windows of browsers: `node main.mjs PAGE [--rounds N] [--only LIST]`.
// `cargo xtask bench --only sharing` makes what it needs, and runs this.
import { writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { withCleanup } from "../../tests/js/lib/resources.mjs";
import { startServer } from "../../tests/js/lib/server.mjs";
import { Scene } from "../../tests/js/sharing/scene.mjs";
import { delays, memory, speeds } from "./measure.mjs";
import { report } from "./report.mjs";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "3" }, only: { type: "string", default: "chromium,firefox" } },
});

async function main() {
  const [load] = loadavg();
  const origins = await startServer({ "/sharing": folder("../../tests/js/sharing"), "/pkg": folder("../../pkg") });
  const engines = [];
  for (const engine of values.only.split(",")) {
    const found = { engine };
    for (const [name, measure] of Object.entries({ delays, speeds, memory })) {
      const body = async (scene) => {
        found.version = scene.version;
        found[name] = await measure(scene, Number(values.rounds));
      };
      await Scene.play({ options: {}, body }, { engine, title: `${engine}, ${name}`, origins });
    }
    engines.push(found);
  }
  const machine = { model: cpus()[0].model.trim(), cores: cpus().length, load };
  const page = report({ engines, machine, rounds: Number(values.rounds), date: new Date().toISOString().slice(0, 10) });
  await (positionals[0] ? writeFile(positionals[0], page) : console.log(page));
}

await withCleanup(main);
