// Sinon's fake timers, which stand still. The argument is the URL of a stream that ends once. Prints what came as JSON.
import sinon from "sinon";
import { EventSource, stream } from "wasm-eventsource";

/** Without queueMicrotask and process.nextTick: where those stand still, no `fetch` of Node's is answered, whoever sends it. */
const TIMERS = [
  ...["setTimeout", "clearTimeout", "setInterval", "clearInterval", "setImmediate", "clearImmediate", "Date", "performance"],
];

const [url] = process.argv.slice(2);
const clock = sinon.useFakeTimers({ toFake: TIMERS });
const seen = [];
const source = new EventSource(url, { reconnect: { initialDelay: 1, maxDelay: 1 } });
source.onerror = ({ reason }) => seen.push(reason);
for await (const { type, data } of source) {
  if (type === "fin") {
    break;
  }
  seen.push(data);
}
for await (const { type } of stream(url)) {
  seen.push(type);
  break;
}
clock.restore();
console.log(JSON.stringify(seen));
