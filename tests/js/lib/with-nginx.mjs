// The part of drop-in.mjs in which nginx stands before the test server, with TLS and HTTP/2.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { CUT, END, waitFor } from "../harness/steps.js";
import { ScriptedStream } from "../harness/stream.js";
import { program } from "./programs.mjs";
import { freePort, poll, start, temporaryFolder } from "./resources.mjs";
import { outcomeOf } from "./with-clients.mjs";
import { listening, readInNode } from "./with-servers.mjs";

const run = promisify(execFile);

const EVENT_STREAM = ["Content-Type", "text/event-stream"];
/** Two ways to keep nginx from collecting the stream until it is worth sending. */
const WAYS = [
  { name: "proxy_buffering off", prefix: "", headers: [EVENT_STREAM] },
  { name: "X-Accel-Buffering: no", prefix: "/buffered", headers: [EVENT_STREAM, ["X-Accel-Buffering", "no"]] },
];
/** More than the six connections that browsers allow themselves to one server over HTTP/1.1. */
const MANY = 20;

const conversation = (ending) => [
  ["open", 1],
  ["message", "first", "1"],
  ["named", "two\nlines", "2"],
  ["error", 0],
  ["open", 1],
  ["message", `after the ${ending}`, "2"],
  ["fin", "", "2"],
];

export async function startNginx(origins) {
  const folder = join(temporaryFolder(), "nginx");
  await mkdir(folder);
  const port = await freePort();
  const [key, certificate] = ["key.pem", "certificate.pem"].map((name) => join(folder, name));
  await run(program("OPENSSL"), [
    ..."req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1".split(" "),
    ...["-keyout", key, "-out", certificate],
  ]);
  const file = join(folder, "nginx.conf");
  await writeFile(file, configuration({ folder, port, key, certificate, upstream: origins.origin }));
  const nginx = start(program("NGINX"), ["-p", folder, "-c", file]);
  await listening(nginx, port, "nginx");
  return { origin: `https://127.0.0.1:${port}`, log: join(folder, "access.log") };
}

/** All it writes is in this folder. As root it would run its worker as somebody who may not read it. */
function configuration({ folder, port, key, certificate, upstream }) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
${process.getuid?.() === 0 ? "user root;" : ""}
daemon off;
worker_processes 1;
pid ${folder}/nginx.pid;
error_log stderr;
events { worker_connections 256; }
http {
  log_format protocol '$server_protocol $request_uri';
  access_log ${folder}/access.log protocol;
  ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join("\n  ")}
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_read_timeout 1h;
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${certificate};
    ssl_certificate_key ${key};
    location / {
      proxy_pass ${upstream};
      proxy_buffering off;
    }
    location /buffered/ {
      proxy_pass ${upstream}/;
      proxy_buffering on;
    }
  }
}
`;
}

export async function nginxInNode(test, origins, nginx) {
  for (const way of WAYS) {
    await test(`Node: nginx, ${way.name}: a conversation, then: end`, async () => {
      const stream = await converse(origins, `node${way.prefix.slice(1)}`, way, "end");
      const read = readInNode(nginx.origin + way.prefix + stream.path, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
      assert.deepEqual(await read, { log: conversation("end"), retry: 100 });
      await assertReconnected(stream);
    });
  }
}

export async function nginxInBrowser(test, browser, implementation, origins, nginx) {
  const name = `${browser.name} ${implementation}`;
  const open = (stream, prefix, query = "") =>
    browser.goTo(`${nginx.origin}/${implementation}/reader.html?stream=${prefix}${stream.path}${query}`);

  // WebKitGTK, native and ours, was seen not to reconnect within 20 s when an HTTP/2 stream breaks off.
  const endings = browser.name === "webkit" ? ["end"] : ["end", "cut"];
  for (const way of WAYS) {
    for (const ending of endings) {
      await test(`${name}: nginx, HTTP/2, ${way.name}: a conversation, then: ${ending}`, async () => {
        const key = [browser.name, implementation, way.prefix.slice(1), ending].join("-");
        const stream = await converse(origins, key, way, ending);
        await open(stream, way.prefix, ending === "cut" ? "&signals" : "");
        const { told, native } = await outcomeOf(browser);
        assert.equal(native, implementation === "native");
        assert.deepEqual(told.all, [{ log: conversation(ending), retry: native ? null : 100 }]);
        await assertReconnected(stream);
        // Chromium has an entry for a response that has ended, and the first one has.
        if (browser.name === "chromium" && ending === "end") {
          assert.equal(told.protocols[0], "h2");
        }
        await assertHttp2(nginx, way.prefix + stream.path, 2);
      });
    }
  }

  await test(`${name}: nginx, HTTP/2: ${MANY} sources at the same time`, async () => {
    const stream = new ScriptedStream(origins, `${browser.name}-${implementation}-many`);
    await stream.put([["data: first\n\n", waitFor("all"), "event: fin\nid: 1\ndata\n\n"]]);
    await open(stream, "", `&count=${MANY}`);
    const requests = await stream.requests({ count: MANY, timeout: 15_000 });
    assert.deepEqual(requests.map(({ endedBy }) => endedBy), Array(MANY).fill(null));
    await Promise.all(requests.map(() => stream.signal("all")));
    const { told } = await outcomeOf(browser);
    const log = [["open", 1], ["message", "first", ""], ["fin", "", "1"]];
    assert.deepEqual(told.all.map((one) => one.log), Array(MANY).fill(log));
    await assertHttp2(nginx, stream.path, MANY);
  });
}

/** A cut waits until the page has seen what came before: when a body breaks off `fetch` loses what nobody has read. */
async function converse(origins, key, { headers }, ending) {
  const stream = new ScriptedStream(origins, `nginx-${key}`);
  const last = ending === "end" ? [END] : [waitFor("seen"), CUT];
  const first = ["retry: 100\nid: 1\ndata: first\n\n", "event: named\nid: 2\ndata: two\ndata: lines\n\n"];
  await stream.put([
    { headers, steps: [...first, ...last] },
    { headers, steps: [`data: after the ${ending}\n\nevent: fin\ndata\n\n`] },
  ]);
  return stream;
}

async function assertReconnected(stream) {
  const requests = await stream.requests({ count: 2, ended: 2 });
  assert.deepEqual(requests.map((request) => request.header("last-event-id")), [undefined, "2"]);
  assert.equal(requests[1].endedBy, "client");
}

/** nginx writes a line when a request has ended. */
async function assertHttp2({ log }, path, count) {
  const protocols = await poll(async () => {
    const lines = (await readFile(log, "utf8")).split("\n").map((line) => line.split(" "));
    const found = lines.filter((line) => line[1] === path).map(([protocol]) => protocol);
    return found.length >= count ? found : undefined;
  }, `${count} lines about ${path} in nginx's log`);
  assert.deepEqual(protocols, Array(count).fill("HTTP/2.0"));
}
