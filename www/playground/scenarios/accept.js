import { stream } from "wasm-eventsource";

export async function run({ url, signal, show }) {
  const answer = stream(url, {
    signal,
    accept: ({ status, headers }) => {
      const type = headers.get("Content-Type") ?? "";
      return status === 200 && (type === "" || type.startsWith("text/plain"));
    },
  });
  for await (const { type, data, lastEventId } of answer) {
    show(type, data, lastEventId);
  }
}
