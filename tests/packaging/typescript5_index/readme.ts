// Lines of the README. They are compiled, and never run.
import { EventSource, stream } from "wasm-eventsource";

export function sources(): EventSource {
  const source = new EventSource("https://example.com/events", {
    headers: async () => ({ Authorization: "Bearer token" }),
    reconnect: { maxDelay: 60_000, maxAttempts: 20, statuses: [429, 503] },
  });
  source.onopen = () => console.log("open");
  source.onmessage = (event) => console.log(event.json(), event.lastEventId);
  source.addEventListener("ping", (event) => console.log(JSON.parse(event.data).time));
  source.onerror = ({ reason, message, attempt, reconnectsIn }) => {
    console.log(reconnectsIn === undefined ? `failed: ${message}` : `attempt ${attempt} lost (${reason})`);
  };
  source.subscribe((event) => console.log(event.type, event.data));
  return source;
}

export async function chat(prompt: string, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ prompt });
  for await (const { type, data } of stream("/chat", { method: "POST", body, signal, fetch })) {
    console.log(type, data);
  }
}

export function typed(): void {
  const source = new EventSource<{ ping: { time: string }; message: string[] }>("/events");
  source.addEventListener("ping", (event) => console.log(event.json().time));
  source.subscribe((event) => event.type === "message" && event.json().join());
}
