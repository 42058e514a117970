// The part of package.mjs in which the server is PHP: it feeds our class in Node, and both panels of the demo page.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { DemoPage, PANELS } from "./demo-page.mjs";
import { program } from "./programs.mjs";
import { freePort, poll, start, temporaryFolder } from "./resources.mjs";
import { startServer } from "./server.mjs";

const run = promisify(execFile);
const www = fileURLToPath(new URL("../../../www", import.meta.url));

export async function php(test, browser, app) {
  const installed = join(app, "node_modules/wasm-eventsource");

  await test("PHP: the script of MDN's guide under php -S", async () => {
    const { origin, stop } = await startPhpServer(join(app, "php"));
    const messages = await messagesInNode(app, `${origin}/sse-demo.php`, 3);
    await stop();
    assert.equal(messages.length, 3);
    assert.equal(messages[0][0], "ping");
    messages.forEach(isOfMdnsScript);
  });

  await test("PHP: the script of MDN's guide feeds the demo page, both under php -S", async () => {
    const root = join(temporaryFolder(), "php-root");
    await mkdir(root, { recursive: true });
    // Without the site, which has its own dependencies, installed or not.
    await cp(www, root, { recursive: true, filter: (path) => path !== join(www, "site") });
    await cp(installed, join(root, "pkg"), { recursive: true });
    await cp(join(app, "php/sse-demo.php"), join(root, "sse-demo.php"));
    // One worker answers one request at a time, and a stream is a request that lasts.
    const { origin, stop } = await startPhpServer(root, { PHP_CLI_SERVER_WORKERS: "6" });
    const page = new DemoPage(browser, origin);
    await page.open("&stream=/sse-demo.php&autoconnect=1");
    for (const name of PANELS) {
      // The message comes at random, after ten pings at the latest.
      const enough = `({ log }) => {
        const count = (type) => log.filter((row) => row.kind === "event" && row.type === type).length;
        return count("ping") >= 2 && count("message") >= 1;
      }`;
      const panel = await page.panelWhen(name, enough, "two pings and a message");
      const received = eventsOf(panel);
      assert.deepEqual([panel.state, panel.reconnects, panel.lastEventId], ["1", 0, ""], name);
      assert.deepEqual([...new Set(received.map(([type]) => type))].sort(), ["message", "ping"], name);
      received.forEach(isOfMdnsScript);
    }
    await leave(page, stop);
  });

  await test("PHP: the bytes of Workerman's example, over a connection that ends and comes back", async () => {
    const { origin, stop } = await startWorkerman(app, { tick: 0.1, events: 3 });
    const messages = await messagesInNode(app, origin, 4);
    await stop();
    assert.deepEqual(messages, Array(4).fill(["message", "hello", "1"]));
  });

  await test("PHP: the bytes of Workerman's example feed the demo page, every 2 s", async () => {
    const { origin, stop } = await startWorkerman(app, { tick: 2, events: 1000 });
    const page = new DemoPage(browser, (await startServer({ "/": www, "/pkg": installed })).origin);
    await page.open(`&stream=${encodeURIComponent(origin)}&autoconnect=1`);
    for (const name of PANELS) {
      const panel = await page.panelWhen(name, "({ events }) => events >= 2", "two events");
      const received = eventsOf(panel);
      assert.deepEqual([panel.state, panel.reconnects, panel.lastEventId], ["1", 0, "1"], name);
      assert.deepEqual(received, Array(received.length).fill(["message", "hello", "1"]), name);
    }
    await leave(page, stop);
  });
}

async function startPhpServer(root, env = {}) {
  const port = await freePort();
  const server = start(program("PHP"), ["-S", `127.0.0.1:${port}`, "-t", root], { env });
  await poll(() => (server.output().includes("started") ? true : undefined), "php -S to start");
  return { origin: `http://127.0.0.1:${port}`, stop: server.stop };
}

/** Sends an event every `tick` seconds, and ends each connection after so many. */
async function startWorkerman(app, { tick, events }) {
  const port = await freePort();
  const server = start(program("PHP"), [join(app, "php/workerman.php"), ...[port, tick, events].map(String)]);
  await poll(() => (server.output().includes("listening") ? true : undefined), "the PHP script to listen");
  return { origin: `http://127.0.0.1:${port}`, stop: server.stop };
}

async function messagesInNode(app, url, count) {
  const { stdout } = await run(process.execPath, ["of-php.mjs", url, String(count)], { cwd: app, timeout: 60_000 });
  return JSON.parse(stdout);
}

/** The messages in a panel's log, oldest first. */
function eventsOf({ log }) {
  return log.filter(({ kind }) => kind === "event").map(({ type, data, id }) => [type, data, id]).reverse();
}

function isOfMdnsScript([type, data]) {
  if (type === "ping") {
    assert.match(JSON.parse(data).time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}$/);
  } else {
    assert.match(data, /^This is a message at time \d{4}-/);
  }
}

/** Leaves before the server does, or the page would ask for it again and again. */
async function leave(page, stop) {
  await page.click("close");
  await stop();
}
