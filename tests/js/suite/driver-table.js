import { assert } from "chai";
// Each case in tests/driver/ is one here. The Rust tests run the same ones: tests/web/driver_table.rs.
import files from "driver-cases";
import { differencesOf } from "../harness/driver-case.js";
import { section } from "../harness/registry.js";

const WORKERS = ["dedicated-worker", "shared-worker", "service-worker"];
const test = section("Driver", "the cases that the driver in Rust passes, too");

const AHEAD = "the connection is ahead of the face: what has come is told, and nothing is asked for twice";
const LATER = "the first request waits for the group";
const RETURNS = "who comes back joins the group, which waits, goes on, or announces a gap";

/** Where a source that shares its connection is not as others. */
const NOT_SHARED = {
  "A source that is closed at once sends what it has sent and no more": LATER,
  "The failure of a fetch that throws at once does not reach the request that reconnect() sends": LATER,
  "The failure of a fetch that throws at once is not told after close()": LATER,
  "reconnect() makes another connection at once, with the last event ID and without an error": AHEAD,
  "reconnect() at an event drops the rest of the chunk": AHEAD,
  "reconnect() while a request is out sends another one in its place": AHEAD,
  "reconnect() that is called twice at once sends one request": AHEAD,
  "A page that is put away at an event is told no more of the chunk": AHEAD,
  "A page that is put away while the next attempt is waited for makes it when it is shown again": RETURNS,
  "With whenHidden close a document that is put away and hidden has to be shown and visible": RETURNS,
};

for (const { cases } of files) {
  for (const given of cases) {
    // A fake fetch and the events of the page are for everybody in the scope.
    test(given.name, { alone: true, skip: { ...skipOf(given.skip), shared: NOT_SHARED[given.name] } }, async (t) => {
      assert.deepEqual(await differencesOf(t, given), []);
    });
  }
}

function skipOf({ workers, javascript, rust, ...rest } = {}) {
  const inWorkers = workers === undefined ? [] : WORKERS.map((scope) => [scope, workers]);
  const everywhere = javascript === undefined ? [] : ["chromium", "firefox", "webkit", "node"].map((engine) => [engine, javascript]);
  return { native: "no browser's own class sends its requests by fetch", ...Object.fromEntries([...inWorkers, ...everywhere]), ...rest };
}
