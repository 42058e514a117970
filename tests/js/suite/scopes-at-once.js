import { assert } from "chai";
import { section } from "../harness/registry.js";

const test = section("9.2", "Server-sent events in several scopes at once");

const why = "the case starts the workers of a window";
const skip = { "dedicated-worker": why, "shared-worker": why, "service-worker": why, "node": why };

/** The first message of a source in the worker behind this port. */
function firstMessage(port, start) {
  return new Promise((resolve, reject) => {
    port.onmessage = ({ data }) => {
      if (data.type === "message") {
        resolve(data.data);
      } else if (data.type === "error") {
        reject(new Error(`an error event, readyState ${data.readyState}`));
      }
    };
    port.postMessage(start);
  });
}

test("a window, a worker and a shared worker receive at once", { skip }, async (t) => {
  const stream = await t.stream(["data: 1\n\n"], ["data: 2\n\n"], ["data: 3\n\n"]);
  const start = { implementation: t.implementation, url: stream.url };
  const dedicated = t.worker("/one-source.js");
  const shared = t.sharedWorker("/one-source.js");
  const messages = await Promise.all([
    t.next(t.eventSource(stream.url), "message").then(({ data }) => data),
    firstMessage(dedicated, start),
    firstMessage(shared.port, start),
  ]);
  assert.deepEqual(messages.sort(), ["1", "2", "3"]);
  assert.equal((await stream.requests({ count: 3 })).length, 3);
});
