// How much memory an application keeps with each event of which it keeps a part: one in four hundred of a long stream.
// For `node --expose-gc`.
import { EventSource, stream } from "wasm-eventsource";

const KEPT = 200;
const ONE_IN = 400;

/** What is in an event: ASCII; text with a character that makes a string twice as large; with a type; with the ID of an event before. */
const EVENTS = {
  plain: (index) => `id: ${id(index)}\ndata: ${"data ".repeat(20)}${index}\n\n`,
  wide: (index) => `id: ${id(index)}\ndata: € ${"data ".repeat(20)}${index}\n\n`,
  types: (index) => `event: a type that is ${index % 7} or long\nid: ${id(index)}\ndata: ${index}${" data".repeat(20)}\n\n`,
  rareIds: (index) => `${index % 300 === 0 ? `event: type ${id(index)}\nid: €${id(index)}\n` : ""}data: ${index}${" data".repeat(20)}\n\n`,
  kilobyte: (index) => `id: ${id(index)}\ndata: ${"data ".repeat(200)}${index}\n\n`,
  comments: (index) => `: comment ${id(index)}\nid: ${id(index)}\ndata: ${"data ".repeat(20)}${index}\n\n`,
};

const id = (index) => `id-${String(index).padStart(15, "0")}`;

/** What an application keeps of an event. */
const PARTS = {
  data: ({ data }) => data,
  id: ({ lastEventId }) => lastEventId,
  event: (event) => event,
};

/** Ways to read a stream, given what is told of each event. */
const WAYS = {
  listener: (body, keep) =>
    new Promise((resolve) => {
      const source = EventSource.fromReadableStream(body);
      // Events have many types: what is told by a subscription is dispatched for `message` alone.
      source.addEventListener("message", keep);
      source.addEventListener("error", resolve);
    }),
  subscription: (body, keep) =>
    new Promise((resolve) => {
      const source = EventSource.fromReadableStream(body);
      source.subscribe(keep);
      source.addEventListener("error", resolve);
    }),
  getter: (body, keep) =>
    new Promise((resolve) => {
      const source = EventSource.fromReadableStream(body);
      source.subscribe((event) => keep({ ...event, lastEventId: source.lastEventId }));
      source.addEventListener("error", resolve);
    }),
  async stream(body, keep) {
    const response = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
    for await (const event of stream(response)) {
      keep(event);
    }
  },
  async comments(body, keep) {
    const response = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
    for await (const _ of stream(response, { onComment: (data) => keep({ data, lastEventId: data }) })) {
      // The comments are kept.
    }
  },
};

function bodyOf(event, last) {
  let index = 0;
  const pull = (controller) => {
    let text = "";
    for (const end = Math.min(index + ONE_IN, last); index < end; index += 1) {
      text += event(index);
    }
    controller.enqueue(new TextEncoder().encode(text));
    if (index === last) {
      controller.close();
    }
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}

async function heap() {
  // Twice: what the first leaves to be finalized is collected by the second.
  for (let round = 0; round < 2; round += 1) {
    await new Promise((resolve) => setTimeout(resolve));
    gc();
  }
  return process.memoryUsage().heapUsed;
}

async function measure(way, event, part, last) {
  const kept = [];
  let seen = 0;
  const before = await heap();
  await WAYS[way](bodyOf(EVENTS[event], last), (told) => {
    seen += 1;
    // In the middle of a chunk, and at another place of a page each time.
    if (seen === kept.length * ONE_IN + 100 + ((kept.length * 37) % 200)) {
      kept.push(PARTS[part](told));
    }
  });
  const bytes = (await heap()) - before;
  return { count: kept.length, each: Math.round(bytes / kept.length) };
}

const outcome = {};
for (const [way, events] of [
  ["listener", ["plain", "wide"]],
  ["subscription", ["plain", "wide", "types", "rareIds", "kilobyte"]],
  ["getter", ["plain"]],
  ["stream", ["plain", "wide", "types", "rareIds"]],
  ["comments", ["comments"]],
]) {
  for (const event of events) {
    for (const part of Object.keys(PARTS)) {
      // The first time, the engine compiles what it runs.
      await measure(way, event, part, 2 * ONE_IN);
      outcome[`${way}, ${event}, ${part}`] = await measure(way, event, part, KEPT * ONE_IN);
    }
  }
}
console.log(JSON.stringify(outcome));
