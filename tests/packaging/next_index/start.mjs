// `next start`, and one question to a route of the runtime that is named.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { tell } from "./program.mjs";

const server = spawn("next", ["start", "--hostname=127.0.0.1", "--port=0"], { stdio: ["ignore", "pipe", "inherit"] });
let origin;
for await (const line of createInterface({ input: server.stdout })) {
  origin ??= line.match(/http:\/\/[\w.]+:\d+/)?.[0];
  if (origin) {
    break;
  }
}
const url = `${origin}/api/${process.argv[2]}?streams=${encodeURIComponent(process.env.STREAMS)}`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  tell(JSON.parse(text));
} finally {
  server.kill();
  await once(server, "exit");
}
