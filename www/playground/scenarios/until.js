import { stream } from "wasm-eventsource";

export async function run({ url, signal, show }) {
  const answer = stream(url, {
    signal,
    until: ({ data }) => data === "[DONE]",
  });
  for await (const { type, data, lastEventId } of answer) {
    show(type, data, lastEventId);
  }
}
