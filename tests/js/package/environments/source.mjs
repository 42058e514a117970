// What the programs beside this one have in common: sources whose bodies they write themselves.
const encoder = new TextEncoder();

/** A source made by `EventSource`, its requests so far, and `body(n)`: a promise of the n-th body's controller. */
export function open(EventSource, init = {}) {
  const bodies = [];
  let wake = () => {};
  const fetch = async () => {
    const stream = new ReadableStream({ start: (controller) => bodies.push(controller) });
    wake();
    return new Response(stream, { headers: { "Content-Type": "text/event-stream" } });
  };
  const body = async (index) => {
    while (bodies.length <= index) {
      await new Promise((resolve) => (wake = resolve));
    }
    return bodies[index];
  };
  const source = new EventSource("https://fake.test/", { fetch, ...init });
  const send = async (text, index = 0) => (await body(index)).enqueue(encoder.encode(text));
  return { source, body, send };
}

export const next = (source, type) => new Promise((resolve) => source.addEventListener(type, resolve, { once: true }));
