// The hooks of docs/guides/frameworks.md, each built by Vite with the component beside it and shown in a browser.
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FRAMEWORKS } from "../hooks/mount.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const HOOKS = fileURLToPath(new URL("../hooks/", import.meta.url));
export const FRAMEWORK_NAMES = Object.keys(FRAMEWORKS);

const PLUGINS = {
  React: "@vitejs/plugin-react",
  Vue: "@vitejs/plugin-vue",
  Svelte: "@sveltejs/vite-plugin-svelte",
  Solid: "vite-plugin-solid",
};

/** Builds the page of a framework; answers the folder that it is in. */
export async function buildHook(framework, parent) {
  const folder = join(parent, framework.toLowerCase());
  await mkdir(folder, { recursive: true });
  await symlink(join(HOOKS, "node_modules"), join(folder, "node_modules")).catch(() => {});
  const [hook, component] = await codeOf(framework);
  const { component: name, mount } = FRAMEWORKS[framework];
  const files = {
    "use-event-source.js": hook,
    [name]: component,
    "mount.js": mount,
    "main.js": `
      import { mount } from "./mount.js";
      const url = new URLSearchParams(location.search).get("stream");
      const main = document.querySelector("main");
      globalThis.texts = [];
      new MutationObserver(() => texts.push(main.textContent.trim())).observe(main, { subtree: true, childList: true, characterData: true });
      globalThis.unmount = mount(main, url);`,
    "index.html": `<!doctype html><meta charset="utf-8"><title>${framework}</title><link rel="icon" href="data:,"><main></main>
      <script type="module" src="./main.js"></script>`,
  };
  await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)));
  const { build } = await fromHooks("vite");
  const plugin = await fromHooks(PLUGINS[framework]);
  await build({
    root: folder,
    configFile: false,
    logLevel: "error",
    base: "./",
    plugins: [(plugin.svelte ?? plugin.default)()],
    resolve: { alias: { "wasm-eventsource": join(ROOT, "pkg/dist/index.js") } },
  });
  return join(folder, "dist");
}

/** The hook and the component, as the guide has them under the framework's heading. */
async function codeOf(framework) {
  const guide = await readFile(join(ROOT, "docs/guides/frameworks.md"), "utf8");
  const [, section] = new RegExp(`^## ${framework}\\n(.*?)(?=^## )`, "ms").exec(guide);
  return [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, code]) => code);
}

/** A package of the hooks' folder, as a module. */
function fromHooks(name) {
  return import(pathToFileURL(createRequire(HOOKS).resolve(name)).href);
}
