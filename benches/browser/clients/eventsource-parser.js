import { createParser } from "eventsource-parser";

export function open(url, sink) {
  const controller = new AbortController();
  const parser = createParser({ onEvent: ({ event = "message", data, id = "" }) => sink(event, data, id) });
  consume(url, parser, controller.signal).catch((error) => {
    if (!controller.signal.aborted) {
      throw error;
    }
  });
  return () => controller.abort();
}

/** As its README has it. */
async function consume(url, parser, signal) {
  const response = await fetch(url, { headers: { Accept: "text/event-stream" }, cache: "no-store", signal });
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    parser.feed(decoder.decode(value, { stream: true }));
  }
}
