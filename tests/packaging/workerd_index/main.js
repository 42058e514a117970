import { EventSource, StreamError, stream } from "wasm-eventsource";
import { exercise } from "./exercise.mjs";

export default {
  async fetch(request) {
    const streams = new URL(request.url).searchParams.get("streams");
    return Response.json(await exercise({ EventSource, StreamError, stream }, streams));
  },
};
