// The part of drop-in.mjs in which the bytes of the streams are written by others: better-sse, sse-starlette and axum.
// All of them have the same conversation, in which the first connection ends by itself.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { connect } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createSession } from "better-sse";
import { program } from "./programs.mjs";
import { delay, freePort, onEnd, poll, start } from "./resources.mjs";
import { outcomeOf } from "./with-clients.mjs";

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(`../drop-in/${path}`, import.meta.url));

const AFTER = "after 2: é € 🦀";

const CONVERSATION = [
  ["open", 1],
  ["message", "first", "1"],
  ["named", "two\nlines", "2"],
  ["error", 0],
  ["open", 1],
  ["message", AFTER, "3"],
  ["fin", "bye", "3"],
];

/** Starts them; each serves the pages, too. Answers their streams. */
export async function startServers(origins, pages) {
  const axum = { name: "axum", url: `${origins.origin}/axum-sse` };
  return [axum, await betterSse(pages), ...(await sseStarlette(pages))];
}

export async function serversInNode(test, streams) {
  for (const { name, url } of streams) {
    await test(`Node: ${name}: events, IDs, several lines, retry, Last-Event-ID`, async () => {
      assert.deepEqual(await readInNode(url), { log: CONVERSATION, retry: 100 });
    });
    await test(`Node: ${name}: comments keep the second connection alive`, async () => {
      assert.match(await textToFin(url), /^:[^]*after 2: /m);
    });
  }
}

export async function serversInBrowser(test, browser, implementation, streams) {
  for (const { name, url } of streams) {
    const sentence = `${name}: events, IDs, several lines, retry, Last-Event-ID`;
    await test(`${browser.name} ${implementation}: ${sentence}`, async () => {
      const { pathname, search, origin } = new URL(url);
      await browser.goTo(`${origin}/${implementation}/reader.html?stream=${encodeURIComponent(pathname + search)}`);
      const { told, native } = await outcomeOf(browser);
      assert.equal(native, implementation === "native");
      const retry = native ? null : 100;
      assert.deepEqual(told.all, [{ log: CONVERSATION, retry }]);
    });
  }
}

/** Reads the stream with our class in a Node of its own. */
export async function readInNode(url, env = {}) {
  const options = { timeout: 20_000, env: { ...process.env, ...env } };
  const { stdout } = await run(process.execPath, [here("in-node.mjs"), url], options);
  return JSON.parse(stdout);
}

/** The second connection's text as the server sends it. */
async function textToFin(url) {
  const leave = new AbortController();
  const response = await fetch(url, { headers: { "Last-Event-ID": "2" }, signal: leave.signal });
  assert.match(response.headers.get("content-type"), /^text\/event-stream\b/);
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("fin")) {
      break;
    }
  }
  leave.abort();
  return text;
}

/** In this process, as better-sse runs in anybody's. */
async function betterSse(pages) {
  const server = createServer(async (request, response) => {
    if (request.url !== "/events") {
      return serveFile(pages, request, response);
    }
    const session = await createSession(request, response, { retry: 100, keepAlive: 20, serializer: String });
    if (session.lastId === "") {
      session.push("first", "message", "1");
      await session.batch((buffer) => buffer.event("named").id("2").data("two").data("lines").dispatch());
      response.end();
      return;
    }
    // Time for some comments.
    await delay(200);
    session.push(`after ${session.lastId}: é € 🦀`, "message", "3").push("bye", "fin", "3");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  return { name: "better-sse", url: `http://127.0.0.1:${server.address().port}/events` };
}

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript" };

async function serveFile(folder, request, response) {
  const { pathname } = new URL(request.url, "http://localhost");
  try {
    const file = await readFile(join(folder, pathname));
    response.writeHead(200, { "Content-Type": TYPES[extname(pathname)] ?? "application/octet-stream" }).end(file);
  } catch {
    response.writeHead(404).end();
  }
}

/** sse-starlette under uvicorn, with each of its line ends. */
async function sseStarlette(pages) {
  const port = await freePort();
  const server = start(program("PYTHON"), [here("starlette_server.py"), String(port), pages]);
  await listening(server, port, "uvicorn");
  const url = `http://127.0.0.1:${port}/events`;
  const withLineEnd = (sep) => ({ name: `sse-starlette with ${sep.toUpperCase()}`, url: `${url}?sep=${sep}` });
  return ["crlf", "cr", "lf"].map(withLineEnd);
}

/** Waits until the process accepts connections; fails with what it has said if it ends instead. */
export function listening(server, port, name) {
  return poll(async () => {
    if (server.child.exitCode !== null || server.child.pid === undefined) {
      throw new Error(`${name} does not start: ${server.output().trim()}`);
    }
    const socket = connect(port, "127.0.0.1");
    const connected = await once(socket, "connect").then(() => true, () => undefined);
    socket.destroy();
    return connected;
  }, `${name} to listen`);
}
