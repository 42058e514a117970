// The package in Node where something is not as it is elsewhere: consoles, clocks, contexts, platforms. Each program is one of
// package/environments/.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const MAX_TIME = 60_000;

export async function environments(test, app) {
  const node = async (name, ...args) => {
    const options = ["--expose-gc", "--no-warnings", `environments/${name}.mjs`, ...args];
    const { stdout } = await run(process.execPath, options, { cwd: app, timeout: MAX_TIME });
    return JSON.parse(stdout);
  };

  await test("a console or a reportError that throws, or is missing, leaves one error event and nothing uncaught", async () => {
    const { outcome, uncaught } = await node("console");
    const once = [["network", 2]];
    assert.deepEqual({ outcome, uncaught }, { outcome: { throws: once, hasNoError: once, isMissing: once }, uncaught: [] });
  });

  await test("a console that throws where there is no engine leaves one error event and nothing uncaught", async () => {
    // The cause is the true one, and has what was thrown behind it.
    const once = ["unavailable", 2, "forbidden"];
    const { errors, thrown, uncaught } = await node("no-engine");
    assert.deepEqual({ errors, uncaught }, { errors: [once, once], uncaught: [] });
    const error = ["StreamError", "unavailable", "forbidden"];
    assert.deepEqual(thrown, [error, error], "what stream() and a loop throw");
  });

  await test("of types that nobody listens to any more nothing is kept", async () => {
    const { listenedTo, ...others } = await node("types");
    for (const [how, bytes] of Object.entries(others)) {
      assert.ok(bytes < 300, `${how}: ${bytes} bytes are kept of each type`);
    }
    assert.ok(listenedTo > 1000, `of types that are listened to the name should be kept: ${listenedTo} bytes`);
  });

  await test("a source calls everything in the AsyncLocalStorage context that it was made in", async () => {
    const all = (name) =>
      Object.fromEntries(
        ["headers", "onopen", "onComment", "subscribe", "listener", "after an await", "onerror"].map((what) => [what, [name]]),
      );
    const { onerror, ...two } = all("two");
    const { one, two: seen, retryIf } = await node("contexts");
    assert.deepEqual({ one, two: seen, retryIf }, { one: all("one"), two, retryIf: ["three"] });
  });

  await test("a source calls everything in the zone that it was made in, and a subscriber in its own", async () => {
    const all = (name) => ({ listener: [name], onComment: [name], onmessage: [name], subscribe: [`${name} subscriber`] });
    const zones = await node("zones", import.meta.resolve("zone.js/node"));
    assert.deepEqual(zones, { one: all("one"), two: all("two"), tasksOfTheOther: 0 });
  });

  await test("a clock of a test's own stops no source", async () => {
    assert.deepEqual(await node("clock", import.meta.resolve("@sinonjs/fake-timers")), [
      "after the fake clock",
      "during the fake clock",
      "after a reconnection",
      "of a fetch that was replaced",
    ]);
  });

  for (const platform of [
    ...["jsdom", "jest", "polyfilled", "bundled", "electron", "edge", "edgeWithPorts", "old", "bare"],
  ]) {
    await test(`turns are given, each with its reactions, on a platform like this: ${platform}`, async () => {
      assert.deepEqual(await node("platform", platform), ["1", "after 1", "2", "after 2", "3", "after 3"]);
    });
  }
}
