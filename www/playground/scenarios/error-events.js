import { StreamError, stream } from "wasm-eventsource";

export async function run({ url, signal, show }) {
  const answer = stream(url, { signal, errorEvents: ["error"] });
  try {
    for await (const { type, data, lastEventId } of answer) {
      show(type, data, lastEventId);
    }
  } catch (error) {
    if (error instanceof StreamError && error.reason === "event") {
      show("said", error.event.json().message);
    }
    throw error;
  }
}
