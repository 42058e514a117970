import { assert } from "chai";
import { section } from "../harness/registry.js";
import { COMMENT } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: Content-Security-Policy");

const why = "the case makes documents of its own";
const skip = { "dedicated-worker": why, "shared-worker": why, "service-worker": why, "node": why };

const THROWS = { webkit: "the constructor throws a SecurityError" };

const redirect = (to) => `/redirect/302?to=${encodeURIComponent(to)}`;

/** The EventSource under test of a new document with this policy. */
async function withPolicy(t, policy, body) {
  const frame = document.createElement("iframe");
  const script = t.implementation === "ours" ? '<script src="/pkg/dist/wasm-eventsource.global.js"></script>' : "";
  frame.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">${script}`;
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve));
  document.body.append(frame);
  await loaded;
  try {
    return await body(frame.contentWindow.EventSource);
  } finally {
    frame.remove();
  }
}

/** One error event, CLOSED, and nothing after it. */
async function assertFails(t, EventSource, url) {
  const source = new EventSource(url);
  const events = t.record(source, "open", "message", "error");
  const { type, readyState } = await events.next();
  const later = await Promise.race([events.next(), new Promise((resolve) => setTimeout(resolve, 300, "nothing"))]);
  source.close();
  assert.deepEqual([type, readyState], ["error", 2]);
  assert.equal(later, "nothing");
}

test("connect-src 'none' fails the connection, and nothing is requested", { skip, native: THROWS }, async (t) => {
  const stream = await t.stream([COMMENT]);
  await withPolicy(t, "connect-src 'none'", (EventSource) => assertFails(t, EventSource, stream.url));
  assert.isTrue(await stream.countStaysAt(0));
});

test("connect-src of this origin allows it", { skip }, async (t) => {
  const stream = await t.stream(["data: x\n\n"]);
  const data = await withPolicy(t, `connect-src ${t.origin}`, async (EventSource) => {
    const source = new EventSource(stream.url);
    const { event } = await t.record(source, "message", "error").next();
    source.close();
    return event.data;
  });
  assert.equal(data, "x");
});

test("connect-src of this origin fails the connection to another", { skip, native: THROWS }, async (t) => {
  const stream = await t.stream({ cors: { allowOrigin: "*" }, steps: [COMMENT] });
  await withPolicy(t, `connect-src ${t.origin}`, (EventSource) => assertFails(t, EventSource, stream.otherUrl));
  assert.isTrue(await stream.countStaysAt(0));
});

test("connect-src of this origin fails a redirect to another", { skip }, async (t) => {
  const stream = await t.stream({ cors: { allowOrigin: "*" }, steps: [COMMENT] });
  const url = t.origin + redirect(stream.otherUrl);
  await withPolicy(t, `connect-src ${t.origin}`, (EventSource) => assertFails(t, EventSource, url));
  assert.isTrue(await stream.countStaysAt(0));
});

const UNTOLD = { webkit: "a worker is not told what its policy blocks, so that it looks like a server that is not there" };

test("the policy of a worker is its own", { skip, native: THROWS, ours: UNTOLD }, async (t) => {
  const stream = await t.stream([COMMENT]);
  const worker = t.worker(`${t.origin}/csp?page=/one-source.js&policy=${encodeURIComponent("connect-src 'none'")}`);
  worker.postMessage({ implementation: t.implementation, url: stream.url });
  const { data } = await new Promise((resolve) => worker.addEventListener("message", resolve, { once: true }));
  assert.deepEqual([data.type, data.readyState], ["error", 2]);
  assert.isTrue(await stream.countStaysAt(0));
});
