import { EventSource, StreamError, stream } from "wasm-eventsource";
import { exercise } from "../../exercise.mjs";

export const config = { runtime: "edge" };

export default async function edge(request) {
  const streams = new URL(request.url).searchParams.get("streams");
  return Response.json(await exercise({ EventSource, StreamError, stream }, streams));
}
