// A page of Vite's development server whose component is changed while its source is open: React runs its effects again.
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { createServer } from "vite";

const here = fileURLToPath(new URL(".", import.meta.url));
const packages = ["react", "react-dom", "scheduler"];
const component = await readFile(join(here, "hot-reloading.jsx"), "utf8");
const HTML = '<!doctype html><meta charset="utf-8"><title>Hot reloading</title><div id="root"></div><script type="module" src="main.jsx"></script>';
const MAIN = `import { createRoot } from "react-dom/client";
import { Messages } from "./messages.jsx";
createRoot(document.getElementById("root")).render(<Messages />);
`;

/** Starts the server in this folder, which it makes. Answers the URL of the page; `change` changes the component; `stop` ends it. */
export async function startHotReloading(folder, pkg) {
  await mkdir(join(folder, "node_modules"), { recursive: true });
  await Promise.all([
    ...packages.map((name) => symlink(join(here, "node_modules", name), join(folder, "node_modules", name))),
    symlink(pkg, join(folder, "node_modules/wasm-eventsource")),
    writeFile(join(folder, "index.html"), HTML),
    writeFile(join(folder, "main.jsx"), MAIN),
    writeFile(join(folder, "messages.jsx"), component),
  ]);
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: "warn",
    plugins: [react()],
    server: { host: "127.0.0.1", port: 0, fs: { strict: false } },
  });
  await server.listen();
  return {
    url: server.resolvedUrls.local[0],
    change: () => writeFile(join(folder, "messages.jsx"), component.replace("VERSION = 1", "VERSION = 2")),
    stop: () => server.close(),
  };
}
