import { StreamError, stream } from "wasm-eventsource";

export async function run({ url, signal, show }) {
  try {
    for await (const { type, data, lastEventId } of stream(url, { signal })) {
      show(type, data, lastEventId);
    }
  } catch (error) {
    if (error instanceof StreamError && error.body) {
      show("body", error.body);
    }
    throw error;
  }
}
