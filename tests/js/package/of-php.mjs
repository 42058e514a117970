// Reads a stream until it has had `count` messages and reconnects, and tells all about them.
import { EventSource } from "wasm-eventsource";

const [url, count] = process.argv.slice(2);
const source = new EventSource(url);
const messages = [];
const take = ({ type, data, lastEventId }) => {
  messages.push([type, data, lastEventId]);
  if (messages.length === Number(count)) {
    source.close();
    console.log(JSON.stringify(messages));
    process.exit();
  }
};
source.onmessage = take;
source.addEventListener("ping", take);
