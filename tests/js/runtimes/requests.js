// A server of Cloudflare Workers that uses the package in each of its ways: one for each path. The stream's URL is in the query.
import { EventSource, stream } from "wasm-eventsource";
import { EventSource as ExternalEventSource } from "wasm-eventsource/external";
import { EventSource as SharedEventSource } from "wasm-eventsource/shared";
import { stream as streamAlone } from "wasm-eventsource/stream";
import "wasm-eventsource/polyfill";
import "wasm-eventsource/polyfill/force";

const { EventSource: Global } = globalThis;

/** Messages to the event `fin`, by listeners. */
function listened(source) {
  const seen = [];
  return new Promise((resolve) => {
    source.onmessage = ({ data }) => seen.push(data);
    source.onerror = ({ reason, message }) => seen.push(reason, message);
    source.addEventListener("fin", () => {
      source.close();
      resolve(seen);
    });
  });
}

/** The same, by a loop. */
async function iterated(events) {
  const seen = [];
  for await (const { type, data } of events) {
    if (type === "fin") {
      break;
    }
    seen.push(data);
  }
  return seen;
}

const PATHS = {
  "/entries": async (url) => ({
    isOurs: "fromReadableStream" in Global,
    global: await listened(new Global(url)),
    index: await listened(new EventSource(url)),
    external: await listened(new ExternalEventSource(url)),
    stream: await iterated(stream(url)),
    alone: await iterated(streamAlone(url)),
    loop: await iterated(new EventSource(url)),
  }),

  /** There are no other tabs here: each source has a connection of its own. */
  "/shared": (url) =>
    Promise.all(
      [1, 2].map(() => {
        const source = new SharedEventSource(url, { shared: true });
        return new Promise((resolve) => {
          source.onmessage = ({ data }) => {
            source.close();
            resolve(data);
          };
        });
      }),
    ),

  /** Two messages, with handlers and listeners in turn, and one that the server's code dispatches. */
  async "/handlers"(url) {
    const source = new EventSource(url);
    const called = [];
    source.addEventListener("message", ({ data }) => called.push(`first ${data}`));
    source.onmessage = ({ data }) => called.push(`handler ${data}`);
    source.addEventListener("message", ({ data }) => called.push(`second ${data}, ${typeof source.onmessage}`));
    for (const type of ["open", "error"]) {
      source[`on${type}`] = () => called.push(type);
    }
    source.dispatchEvent(new MessageEvent("message", { data: "own" }));
    source.dispatchEvent(new Event("fin"));
    await new Promise((resolve) => source.addEventListener("error", resolve));
    source.close();
    return called;
  },

  /** Ends while its source is open, and an event of it waits for its turn. */
  async "/left"(url) {
    const source = new EventSource(url);
    await new Promise((resolve) => source.addEventListener("message", resolve));
    return "left";
  },

  /** A header of one's own, which must not follow a redirect. */
  "/redirected": (url) => iterated(stream(url, { headers: { Authorization: "secret" } })).catch(({ reason, message }) => ({ reason, message })),
};

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    return Response.json(await PATHS[pathname](searchParams.get("stream")));
  },
};
