import { Miniflare } from "miniflare";
import { tell } from "./program.mjs";

const server = new Miniflare({
  scriptPath: "dist/main.js",
  modules: true,
  modulesRules: [{ type: "CompiledWasm", include: ["**/*.wasm"] }],
  compatibilityDate: "2025-12-01",
});
const response = await server.dispatchFetch(`http://127.0.0.1/?streams=${encodeURIComponent(process.env.STREAMS)}`);
const text = await response.text();
await server.dispose();
if (!response.ok) {
  throw new Error(text);
}
tell(JSON.parse(text));
