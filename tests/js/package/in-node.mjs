// The entries of the package in Node: the sample stream through each.
import { EventSource } from "wasm-eventsource";
import { EventSource as External } from "wasm-eventsource/external";
import { EventSource as Shared } from "wasm-eventsource/shared";
import "wasm-eventsource/polyfill";
import { receive } from "./receive.js";

const origin = process.argv[2];

class Sharing extends Shared {
  constructor(url) {
    super(url, { shared: true });
  }
}

const outcome = {
  messages: await receive(EventSource, origin),
  external: await receive(External, origin),
  shared: await receive(Sharing, origin),
  polyfilled: typeof globalThis.EventSource,
};
console.log(JSON.stringify(outcome));
