import { stream } from "wasm-eventsource";

export async function run({ url, signal, show }) {
  const answer = stream(url, {
    signal,
    method: "POST",
    body: JSON.stringify({ prompt: "Count to eight" }),
    until: ({ data }) => data === "[DONE]",
    // The same URL with a GET. { url: "/answers/7" } would be another one.
    resume: ({ reason, lastEventId }) => {
      show("resume", reason, lastEventId);
      return lastEventId !== "" && {};
    },
    reconnect: { initialDelay: 300, maxAttempts: 5 },
  });
  for await (const { type, data, lastEventId } of answer) {
    show(type, data, lastEventId);
  }
}
