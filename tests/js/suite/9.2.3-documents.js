import { assert } from "chai";
import { frame } from "../harness/frame.js";
import { section } from "../harness/registry.js";
import { COMMENT } from "../harness/steps.js";

const test = section("9.2.3", "Processing model: documents");

const NO_DOCUMENTS = "there are no documents here";
const IN_WINDOWS = {
  skip: {
    "dedicated-worker": NO_DOCUMENTS,
    "shared-worker": NO_DOCUMENTS,
    "service-worker": NO_DOCUMENTS,
    node: NO_DOCUMENTS,
  },
};

/** A source of the iframe that is open, with what it fires from then on. */
async function openInFrame(t, stream) {
  const iframe = await frame(t);
  const source = new iframe.contentWindow.Source(stream.url);
  await t.next(source, "open");
  return { iframe, events: t.record(source, "open", "message", "error") };
}

// The unloading document cleanup steps close a source without an event.
const FIRES = { chromium: "fires error when its document goes" };
const UNHEARD = { ...IN_WINDOWS, native: FIRES };

for (const [how, act] of [
  ["an iframe that is removed", (iframe) => iframe.remove()],
  ["an iframe that is navigated", (iframe) => (iframe.src = "about:blank")],
]) {
  test(`${how} takes the connection with it, and no listener hears of it`, UNHEARD, async (t) => {
    const stream = await t.stream(["retry: 20\n\n"]);
    const { iframe, events } = await openInFrame(t, stream);
    act(iframe);
    const [request] = await stream.requests({ ended: 1 });
    assert.equal(request.endedBy, "client");
    assert.isTrue(await stream.countStaysAt(1));
    assert.deepEqual(events.types, []);
  });
}

test("several events of a chunk come in a document that is not HTML", IN_WINDOWS, async (t) => {
  const stream = await t.stream(["data: 1\n\ndata: 2\n\ndata: 3\n\n", "event: end\ndata: 4\n\n"]);
  const iframe = await frame(t, "frame.xml");
  const source = new iframe.contentWindow.Source(stream.url);
  const events = t.record(source, "message");
  await t.next(source, "end");
  source.close();
  assert.deepEqual(events.all.map(({ event }) => event.data), ["1", "2", "3"]);
});

test("a URL is relative to the document of the class, not to that of its caller", IN_WINDOWS, async (t) => {
  const iframe = await frame(t);
  const base = iframe.contentDocument.createElement("base");
  base.href = `${t.origin}/of/the/frame/`;
  iframe.contentDocument.head.append(base);
  const source = new iframe.contentWindow.Source("x");
  source.close();
  assert.equal(source.url, `${t.origin}/of/the/frame/x`);
  const own = t.eventSource("x");
  own.close();
  assert.equal(own.url, new URL("x", document.baseURI).href);
});

test("a base that changes later changes no source that is there", IN_WINDOWS, async (t) => {
  const iframe = await frame(t);
  const base = iframe.contentDocument.createElement("base");
  base.href = `${t.origin}/first/`;
  iframe.contentDocument.head.append(base);
  const first = new iframe.contentWindow.Source("x");
  base.href = `${t.origin}/second/`;
  const second = new iframe.contentWindow.Source("x");
  first.close();
  second.close();
  assert.deepEqual([first.url, second.url], [`${t.origin}/first/x`, `${t.origin}/second/x`]);
});

test("a source and its events are of the document whose class it is", IN_WINDOWS, async (t) => {
  const stream = await t.stream([COMMENT, "data: x\n\n"]);
  const iframe = await frame(t);
  const { Source, MessageEvent, EventTarget } = iframe.contentWindow;
  const source = new Source(stream.url);
  const event = await t.next(source, "message");
  source.close();
  assert.isTrue(source instanceof EventTarget);
  assert.isTrue(event instanceof MessageEvent);
  assert.isFalse(source instanceof t.EventSource);
});

/** The class under test in a document that has no URL of its own. */
async function classOf(t, iframe) {
  const loaded = new Promise((resolve) => iframe.addEventListener("load", resolve, { once: true }));
  document.body.append(iframe);
  await loaded;
  if (t.implementation === "native") {
    return iframe.contentWindow.EventSource;
  }
  const script = iframe.contentDocument.createElement("script");
  script.src = `${t.origin}/pkg/dist/wasm-eventsource.global.js`;
  const ran = new Promise((resolve) => script.addEventListener("load", resolve));
  iframe.contentDocument.head.append(script);
  await ran;
  return iframe.contentWindow.EventSource;
}

for (const [what, srcdoc] of [
  ["about:blank", undefined],
  ["about:srcdoc", "<!doctype html><title>A document in an attribute</title>"],
]) {
  test(`in ${what} a URL is relative to the document around it, and events come`, IN_WINDOWS, async (t) => {
    const stream = await t.stream(["data: x\n\n"]);
    const iframe = document.createElement("iframe");
    if (srcdoc !== undefined) {
      iframe.srcdoc = srcdoc;
    }
    const EventSource = await classOf(t, iframe);
    const source = new EventSource(`.${stream.path}`);
    const event = await t.next(source, "message");
    source.close();
    assert.equal(source.url, new URL(`.${stream.path}`, document.baseURI).href);
    assert.deepEqual([event.data, event.origin], ["x", t.origin]);
  });
}

const LOST = "fetch says of a stop what it says of a connection that is lost";
const STOPPED = {
  ...IN_WINDOWS,
  native: { webkit: "fires nothing when the window is told to stop" },
  ours: { chromium: LOST, firefox: LOST, webkit: LOST },
};

test("a window that is told to stop fails its connections", STOPPED, async (t) => {
  const stream = await t.stream(["retry: 20\ndata: x\n\n"]);
  const { iframe, events } = await openInFrame(t, stream);
  iframe.contentWindow.stop();
  const { type, readyState } = await events.until(({ type }) => type === "error").then((all) => all.at(-1));
  assert.deepEqual([type, readyState], ["error", 2]);
  assert.isTrue(await stream.countStaysAt(1));
});
