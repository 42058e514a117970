import { EventSource, StreamError, stream } from "wasm-eventsource";
import { exercise } from "../../exercise.mjs";

export default async function node({ query: { streams } }, response) {
  response.json(await exercise({ EventSource, StreamError, stream }, streams));
}
