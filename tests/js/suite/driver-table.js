import { assert } from "chai";
// Each case in tests/driver/ is one here. The Rust tests run the same ones: tests/web/driver_table.rs.
import files from "driver-cases";
import { differencesOf } from "../harness/driver-case.js";
import { section } from "../harness/registry.js";

const WORKERS = ["dedicated-worker", "shared-worker", "service-worker"];
const test = section("Driver", "the cases that the driver in Rust passes, too");

for (const { cases } of files) {
  for (const given of cases) {
    // A fake fetch and the events of the page are for everybody in the scope.
    test(given.name, { alone: true, skip: skipOf(given.skip) }, async (t) => {
      assert.deepEqual(await differencesOf(t, given), []);
    });
  }
}

function skipOf({ workers, javascript, rust, ...rest } = {}) {
  const inWorkers = workers === undefined ? [] : WORKERS.map((scope) => [scope, workers]);
  const everywhere = javascript === undefined ? [] : ["chromium", "firefox", "webkit", "node"].map((engine) => [engine, javascript]);
  return { native: "no browser's own class sends its requests by fetch", ...Object.fromEntries([...inWorkers, ...everywhere]), ...rest };
}
