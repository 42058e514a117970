// What a user writes for Node, with the types of Node alone: there are none of the DOM. Checked by `npm run types`, never run.
import { EventSource, StreamError, stream, type EventSourceErrorEvent, type EventSourceInit } from "wasm-eventsource";
import { EventSource as External, init } from "wasm-eventsource/external";
import { EventSource as Shared } from "wasm-eventsource/shared";
import { serve } from "wasm-eventsource/shared-worker";
import { EventSource as InJavascript } from "wasm-eventsource/js";
import { stream as streamAlone } from "wasm-eventsource/stream";
import "wasm-eventsource/polyfill";
import "wasm-eventsource/polyfill/force";

// What our README has.
const source = new EventSource("https://example.com/events", { withCredentials: true });
source.onopen = () => console.log("open");
source.onmessage = (event) => console.log(event.data, event.lastEventId);
source.addEventListener("ping", (event) => console.log(JSON.parse(event.data).time));
source.onerror = () => console.log(source.readyState === EventSource.CLOSED ? "failed" : "reconnecting");
source.onerror = ({ reason, status, headers }) => console.log(reason.length, status?.toFixed(), headers?.get("Retry-After"));
source.onmessage = (event) => event.json().anything;
source.onerror = null;
source.close();

const typed = new EventSource<{ ping: { time: string }; message: string[] }>("/events");
typed.addEventListener("ping", (event) => console.log(event.json().time));
typed.addEventListener("error", ({ reason }: EventSourceErrorEvent) => reason.length, { once: true, signal: AbortSignal.timeout(1) });
typed.addEventListener("open", { handleEvent: ({ type }) => console.log(type) });
typed.removeEventListener("open", console.log);
typed.subscribe((event) => event.type === "message" && event.json().join());
typed.onmessage = (event) => event.json().join();

export const settings: EventSourceInit = {
  headers: async ({ lastEventId }) => ({ Authorization: "Bearer token", "X-After": lastEventId }),
  method: "POST",
  body: JSON.stringify({ prompt: "hello" }),
  credentials: "omit",
  referrerPolicy: "no-referrer",
  fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, "X-More": "1" } }),
};
export const others: EventSourceInit[] = [
  { headers: new Headers({ Authorization: "Bearer token" }), fetch },
  { headers: [["Authorization", "Bearer token"]], body: () => new URLSearchParams(), fetch: globalThis.fetch },
];

export async function read(): Promise<void> {
  for await (const { type, data } of stream("https://example.com/chat", { method: "POST", headers: {}, body: "{}" })) {
    console.log(type.length, data.length);
  }
  const response = await fetch("https://example.com/chat");
  for await (const { lastEventId } of streamAlone(response)) {
    console.log(lastEventId.length);
  }
  for await (const event of EventSource.fromReadableStream(response.body!)) {
    console.log(event.data.length);
  }
}
export const isBusy = (error: unknown): boolean => error instanceof StreamError && error.status === 429 && error.headers!.has("Retry-After");

init({ wasm: Buffer.from([]) });
init({ wasm: fetch("https://example.com/wasm-eventsource.wasm") });
const external: EventSource = new External("/events");
const inJavascript: EventSource = new InJavascript("/events");
const shared: EventSource = new Shared("/events", { shared: { key: "user 1" } });
const asTarget: EventTarget = source;
serve();
export { asTarget, external, inJavascript, shared };

// @ts-expect-error: a URL is required
new EventSource();
// @ts-expect-error: there is no such reason
source.onerror = ({ reason }) => reason === "late";
// @ts-expect-error: not a header
new EventSource("/events", { headers: 1 });
// @ts-expect-error: not a listener
source.addEventListener("open", 1);
