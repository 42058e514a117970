// A clock of a test's own, @sinonjs/fake-timers, whose URL is the argument. Prints what came of sources as JSON.
import { EventSource, stream } from "wasm-eventsource";
import { next, open } from "./source.mjs";

const { default: FakeTimers } = await import(process.argv[2]);
const reconnect = { initialDelay: 1, maxDelay: 1 };
const seen = [];

// While a source waits for bytes, the clock is faked and is real again.
const waiting = open(EventSource);
await next(waiting.source, "open");
let clock = FakeTimers.install();
await Promise.resolve();
clock.uninstall();
const afterwards = next(waiting.source, "message");
await waiting.send("data: after the fake clock\n\n");
seen.push((await afterwards).data);

// Events, reconnections and loops go on while it is faked and stands still. `fetch` is the one of the moment.
clock = FakeTimers.install();
const during = next(waiting.source, "message");
await waiting.send("data: during the fake clock\n\n");
seen.push((await during).data);
const lost = open(EventSource, { reconnect });
await next(lost.source, "open");
(await lost.body(0)).close();
await next(lost.source, "error");
await next(lost.source, "open");
const loop = lost.source.events();
const asked = loop.next();
await lost.send("data: after a reconnection\n\n", 1);
seen.push((await asked).value.data);
// Not a text: Node reads that by the queueMicrotask of the moment.
const body = new ReadableStream({
  start(controller) {
    controller.enqueue(new TextEncoder().encode("data: of a fetch that was replaced\n\n"));
    controller.close();
  },
});
globalThis.fetch = async () => new Response(body, { headers: { "Content-Type": "text/event-stream" } });
for await (const { data } of stream("https://fake.test/")) {
  seen.push(data);
}
clock.uninstall();
waiting.source.close();
await loop.return();
console.log(JSON.stringify(seen));
