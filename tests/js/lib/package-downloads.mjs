// `wasm-eventsource/external`: downloads of its WebAssembly, and init().
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** `./external`, whose WebAssembly may not come, or comes from elsewhere. */
export async function downloads(test, app) {
  let results;
  await test("./external: every case of downloads is played to its end", async () => {
    // It ends by itself: no timer is left of a source that is closed.
    results = JSON.parse((await run(process.execPath, ["downloads.mjs"], { cwd: app, timeout: 30_000 })).stdout);
  });
  const lost = (attempt, message) => [0, "unavailable", attempt, "number", message];
  const withoutMessages = (log) => log.map((entry) => (Array.isArray(entry) ? entry.slice(0, 4) : entry));
  const URL_OF_IT = /file:.*\/dist\/wasm-eventsource\.wasm/;

  await test("./external: a download that fails for now is a lost attempt, and all sources share one", () => {
    assert.deepEqual(withoutMessages(results.retried), [...[1, 2, 3, 4, 5].map((attempt) => lost(attempt).slice(0, 4)), "x"]);
    results.retried.slice(0, 5).forEach(([, , , , message]) => assert.match(message, URL_OF_IT));
    assert.match(results.retried[2][4], /status 503$/);
    assert.deepEqual([results.retriedDownloads, results.shared], [6, ["x", "x", "x"]]);
    // The second ones of three sources may begin at three times.
    assert.ok(results.sharedDownloads <= 4, `${results.sharedDownloads} downloads`);
  });

  await test("./external: the limits of reconnecting are those of downloads, too; reconnect(), online and close() end a wait", () => {
    const closed = (attempt) => [2, "unavailable", attempt, "undefined"];
    assert.deepEqual(withoutMessages(results.limited), [lost(1).slice(0, 4), lost(2).slice(0, 4), closed(3)]);
    assert.deepEqual(withoutMessages(results.never), [closed(1)]);
    assert.deepEqual(withoutMessages(results.reconnected), [lost(1).slice(0, 4), "x"]);
    assert.deepEqual(withoutMessages(results.online), [lost(1).slice(0, 4), "x"]);
    assert.deepEqual([withoutMessages(results.waited), results.waitedRequests], [[lost(1).slice(0, 4), "x"], 2]);
    assert.deepEqual([results.delays, results.closed.length, results.closedDownloads], [true, 1, 1]);
  });

  await test("./external: a file that is not there, or a page in its place, is named with what to do, and final", () => {
    for (const [name, words] of Object.entries({
      missing: /status 404/,
      forbidden: /status 403/,
      html: /a page \(text\/html\)/,
      garbage: /damaged/,
    })) {
      const [[readyState, reason, , , message], downloads, lines] = results[name];
      assert.deepEqual([name, readyState, reason, downloads, lines], [name, 2, "unavailable", 1, 1]);
      for (const text of [message, results[`${name}Stream`]]) {
        assert.match(text, words);
        assert.match(text, URL_OF_IT);
        assert.doesNotMatch(text, /Policy/);
        assert.equal(text.includes("init({ wasm })"), name !== "garbage");
      }
    }
  });

  await test("./external: init() takes a URL, a response, bytes, a module, or a promise, and complains of all else", () => {
    for (const name of ["response", "promise", "buffer", "view", "module", "moduleLater"]) {
      assert.deepEqual([name, ...results[`init ${name}`]], [name, "x"]);
    }
    assert.deepEqual([results["init url"], results["init string"]], [["x", "a.wasm"], ["x", "b.wasm"]]);
    assert.deepEqual(results["init stringLater"], ["x", "c.wasm"]);
    results.bad.forEach((thrown, index) => assert.match(`${thrown}`, /^TypeError: Failed to execute 'init': /, `case ${index}`));
    assert.match(results.late, /^Error: Failed to execute 'init': .*loaded already/);
    for (const [name, words] of [["refused", /status 500/], ["rejected", /not today/], ["nothing", /wasm must be/]]) {
      assert.deepEqual(withoutMessages(results[name]), [[2, "unavailable", 1, "undefined"]]);
      assert.match(results[name][0][4], words);
    }
    assert.deepEqual([results.afterFailure, results.inline], [["x"], null]);
  });

  await test("the self-contained entries take a module from init(), and need none", () => {
    assert.deepEqual([results.inlineModule, results.js], [["x"], ["x"]]);
  });
}
