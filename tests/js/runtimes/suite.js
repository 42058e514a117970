// The suite in workerd. A request starts it; the response has its reports, one line of JSON each.
import "suite";
import { EventSource, stream } from "wasm-eventsource";

async function run(environment, writable) {
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const report = (data) => writer.write(encoder.encode(`${JSON.stringify(data)}\n`));
  await globalThis.runSuite({ ...environment, EventSource, iterate: stream }, report);
  await report({ done: true });
  await writer.close();
}

export default {
  async fetch(request, _, context) {
    const { readable, writable } = new TransformStream();
    context.waitUntil(run(await request.json(), writable));
    return new Response(readable);
  },
};
