// `using` with what the package gives, where TypeScript's library knows Symbol.dispose. Checked by `npm run types`, never run.
import { EventSource, stream } from "wasm-eventsource";
import { EventSource as Shared } from "wasm-eventsource/shared";

{
  using source = new EventSource("/events");
  using shared = new Shared("/events", { shared: true });
  await using events = source.events();
  await using answer = stream("/chat");
  for await (const { data } of answer) {
    console.log(data, shared.readyState, events);
  }
}
const closable: Disposable = new EventSource<{ ping: number }>("/events");
closable[Symbol.dispose]();
