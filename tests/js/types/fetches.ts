// The fetch of others as an option, with the DOM library and without. Checked by `npm run types`, never run.
import type { EventSourceFetchInit, FetchLike, FetchLikeResponse } from "eventsource";
import { Agent, fetch as undiciFetch, type Response as UndiciResponse } from "undici";
import { EventSource, stream, type FetchInit, type FetchResponse } from "wasm-eventsource";

const dispatcher = new Agent();
declare const likeAny: FetchLike;

new EventSource("/events", { fetch: undiciFetch });
new EventSource("/events", { fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }) });
new EventSource("/events", { fetch: async (url, init): Promise<UndiciResponse> => undiciFetch(url, init) });
// As its own documentation has it, and with its types.
new EventSource("/events", { fetch: likeAny });
new EventSource("/events", { fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: "Bearer" } }) });
new EventSource("/events", { fetch: async (url: string | URL, init: EventSourceFetchInit): Promise<FetchLikeResponse> => fetch(url, init) });
// As it was before there was a type for it.
new EventSource("/events", { fetch: (url: string, init: RequestInit & { headers: Record<string, string> }) => fetch(url, init) });
export const named = (url: string, init: FetchInit): Promise<FetchResponse> => fetch(url, init);
stream("/chat", { fetch: named });
stream("/chat", { fetch: undiciFetch });

export async function read(): Promise<void> {
  const response = await undiciFetch("https://example.com/chat");
  await stream(response).next();
  EventSource.fromReadableStream(response.body!).close();
}

// @ts-expect-error: nothing could be read of it
new EventSource("/events", { fetch: async () => "data: x" });
// @ts-expect-error: no promise
new EventSource("/events", { fetch: () => new Response() });
// @ts-expect-error: a URL is a string
new EventSource("/events", { fetch: (url: number) => fetch(`${url}`) });
// @ts-expect-error: it is not the function itself
new EventSource("/events", { fetch: { fetch } });
