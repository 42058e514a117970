import { stream } from "wasm-eventsource";

export async function run({ url, signal, show, choice }) {
  const answer = stream(url, {
    signal,
    incomplete: choice, // "discard", "deliver" or "error"
  });
  for await (const { type, data, lastEventId } of answer) {
    show(type, data, lastEventId);
  }
}
