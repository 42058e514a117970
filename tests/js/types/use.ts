// What a user writes, which has to compile, and mistakes, which must not. Checked by `npm run types`, never run.
import { EventSource, init as inert, StreamError, stream, type EventSourceEventMap, type EventSourceInit, type Refusal } from "wasm-eventsource";
import { bearer, type Bearer, type BearerInit } from "wasm-eventsource/bearer";
import { EventSource as External, init as initExternal } from "wasm-eventsource/external";
import { EventSource as Shared, type SharedEventSourceInit } from "wasm-eventsource/shared";
import { serve } from "wasm-eventsource/shared-worker";
import { stream as streamAlone, StreamError as StreamErrorAlone } from "wasm-eventsource/stream";
import "wasm-eventsource/polyfill";
import "wasm-eventsource/polyfill/force";

const init: EventSourceInit = { withCredentials: true };
const source = new EventSource("/events", init);
new EventSource(new URL("https://example.org/events"));
const external: EventSource = new External("/events");

// A source that shares its connection is one like any other.
const worker = new SharedWorker("/worker.js");
const sharedInit: SharedEventSourceInit = { withCredentials: true, shared: { key: "user 1", replay: 10, linger: 500, worker } };
const shared: EventSource = new Shared("/events", sharedInit);
const role: "leader" | "member" | "alone" | undefined = new Shared<{ ping: { time: string } }>("/events", { shared: true }).shared;
serve();

// The listeners know what they get.
source.onopen = (event) => event.timeStamp;
source.onmessage = (event) => event.lastEventId.length;
source.onerror = function () {
  this.close();
};
source.onmessage = null;
source.addEventListener("open", (event) => event.type, { once: true });
source.addEventListener("message", ({ data, origin }) => `${data} ${origin}`);
source.addEventListener("ping", (event) => JSON.parse(event.data));
source.addEventListener("ping", { handleEvent: (event: Event) => event.type });
const listener = (event: MessageEvent<string>): void => console.log(event.data);
source.addEventListener("message", listener);
source.removeEventListener("message", listener);
const open: EventSourceEventMap["open"] = new Event("open");

// The constants are of the class and of its instances, and exact.
const states: [0, 1, 2] = [EventSource.CONNECTING, EventSource.OPEN, source.CLOSED];
const closed: boolean = source.readyState === EventSource.CLOSED;

// Where the DOM's own is wanted, ours will do: its instances and the class itself.
const asDom: globalThis.EventSource = source;
const classAsDom: typeof globalThis.EventSource = EventSource;
globalThis.EventSource = EventSource;
function subscribe(target: globalThis.EventSource, Class: typeof globalThis.EventSource): void {
  target.addEventListener("message", () => new Class(target.url));
}
subscribe(source, EventSource);
const asTarget: EventTarget = source;

class Counted extends EventSource {
  count = 0;
}
new Counted("/events").addEventListener("message", function () {
  this.close();
});

// Proposed.
const response = await fetch("/ask", { method: "POST" });
const proposed: EventSource = EventSource.fromReadableStream(response.body!);
proposed.reset();
const resumption: [string, number] = [proposed.lastEventId, proposed.reconnectionTime];

// Beyond the standard.
const isBusy = ({ status }: Refusal): boolean => status === 503;
new EventSource("/events", { reconnect: { retryIf: isBusy } });
const own = new EventSource("/events", {
  headers: async ({ lastEventId }) => ({ Authorization: "Bearer token", "X-After": lastEventId }),
  method: "POST",
  body: JSON.stringify({ prompt: "hello" }),
  signal: AbortSignal.timeout(60_000),
  reconnect: {
    initialDelay: 500,
    maxDelay: 60_000,
    maxAttempts: Infinity,
    statuses: new Set([429, 503]),
    retryIf: async ({ status, headers, body }) => status === 409 && headers.has("X-Busy") && body.includes("busy"),
  },
  fetch: (url, init) => fetch(url, init),
  credentials: "omit",
  redirect: "error",
  lastEventId: "7",
  lastEventIdParameter: "last-id",
  maxEventSize: 1_000_000,
  idleTimeout: 40_000,
  connectTimeout: 10_000,
  whenBack: "verify",
  whenHidden: "close",
});
new EventSource("/events", { headers: new Headers(), reconnect: false });
own.addEventListener("error", ({ url, redirected, cause }) => console.log(url?.length, redirected === true, cause));
new EventSource("/events", { retryIf: ({ status }) => (status === 410 ? { delay: 0, lastEventId: "" } : false) });
new EventSource("/events", { retryIf: async ({ attempt }) => attempt.refusedWith !== 401 && { delay: attempt.lastEventId.length } });
new EventSource("/events", { referrer: "about:client", ...{ targetAddressSpace: "local" } });

const session: BearerInit = { token: async () => "token", refresh: async () => "another" };
const auth: Bearer = bearer(session);
new EventSource("/events", { ...auth, reconnect: { maxDelay: 1000 } });
new Shared("/events", { ...auth, shared: { key: "user" } });
stream("/chat", { ...bearer({ token: "token", refresh: () => "another" }), method: "POST" });
bearer({ token: null, refresh: () => "the first" });
new EventSource("/events", {
  headers: async (attempt) => ({ ...(await auth.headers(attempt)), "X-Key": "a" }),
  retryIf: async (refusal) => (await auth.retryIf(refusal)) || refusal.status === 503,
});
own.addEventListener("error", ({ reason, status, headers, body, message, attempt, reconnectsIn }) => {
  const said: string | undefined = headers?.get("Content-Type") ?? body;
  const told: string = reason === "status" ? `${status}` : message;
  const next: number | undefined = reconnectsIn;
  console.log(told, said, attempt.toFixed(), next);
});
own.reconnect();
const verified: Promise<void> = own.verify({ staleAfter: 0, timeout: 5_000 });
verified.then(() => own.verify());

for await (const { type, data, lastEventId } of stream("/chat", { method: "POST", body: "{}", idleTimeout: 30_000 })) {
  const event: string[] = [type, data, lastEventId];
  console.log(event);
}
try {
  await stream(await fetch("/chat")).next();
} catch (error) {
  if (error instanceof StreamError && error.status === 429) {
    console.log(error.headers?.get("Retry-After"), error.body);
  }
}

export { resumption };
export { asDom, asTarget, classAsDom, closed, external, open, role, shared, states };

// What a source's events have as JSON is said once.
const typed = new EventSource<{ ping: { time: string }; message: number }>("/events", {
  onComment: (comment) => comment.length,
});
typed.addEventListener("ping", (event) => event.json().time.length + event.lastEventId.length);
typed.addEventListener("message", (event) => event.json().toFixed());
typed.addEventListener("other", (event) => event.data);
typed.addEventListener("error", (event) => event.reason);
const unsubscribe: () => void = typed.subscribe((event) => {
  if (event.type === "ping") {
    event.json().time.length;
  } else {
    event.json().toFixed();
  }
}, { signal: AbortSignal.timeout(1000) });
export async function read(): Promise<void> {
  for await (const event of typed) {
    if (event.type === "message") {
      event.json().toFixed();
    }
  }
  for await (const { type, data, lastEventId, origin } of source.events({ preventClose: true })) {
    console.log(type, data, lastEventId, origin);
  }
}
unsubscribe();
const nativeAgain: globalThis.EventSource = typed;
source.addEventListener("ping", (event) => event.json().anything);
console.log(nativeAgain);

// The handlers know more than the DOM's.
source.onerror = ({ reason, reconnectsIn, headers }) => console.log(reason.length, reconnectsIn?.toFixed(), headers?.get("Retry-After"));
source.onmessage = (event) => event.json().anything;
source.onmessage = ({ data, lastEventId }) => console.log(data, lastEventId.length);
typed.onmessage = (event) => event.json().toFixed();
typed.onerror = function ({ reason }) {
  console.log(reason === "network", this.reconnectionTime);
};
new EventSource<{ ping: string }>("/events").onmessage = (event) => event.json().anything;
// One of the DOM's has them, too, and they can be handed on.
const ofTheDom: globalThis.EventSource = new globalThis.EventSource("/events");
source.onopen = ofTheDom.onopen;
source.onmessage = ofTheDom.onmessage;
source.onerror = ofTheDom.onerror;
ofTheDom.onerror = source.onerror;
const domHandler = (event: Event): void => console.log(event.type);
source.onerror = domHandler;
source.onmessage = (event: MessageEvent<string>) => event.data.length;
const typedAsDom: typeof globalThis.EventSource = EventSource<{ ping: string }>;
console.log(typedAsDom);

inert({ wasm: "/wasm-eventsource.wasm" });
initExternal({ wasm: new URL("https://example.org/wasm-eventsource.wasm") });
initExternal({ wasm: fetch("/wasm-eventsource.wasm") });
initExternal({ wasm: await fetch("/wasm-eventsource.wasm") });
initExternal({ wasm: new Uint8Array(8) });
initExternal({ wasm: new ArrayBuffer(8) });
initExternal({ wasm: WebAssembly.compileStreaming(fetch("/wasm-eventsource.wasm")) });
initExternal({ wasm: new WebAssembly.Module(new Uint8Array(8)) });

const alone: typeof stream = streamAlone;
const sameError: StreamError = new StreamErrorAlone("network");
console.log(alone, sameError);
