// Streams in the shapes that services send, written anew after their documentation: what an answer looks like, how one knows its end,
// and how an error comes in the middle.

const json = (value) => `data: ${JSON.stringify(value)}\n\n`;
const named = (type, value) => `event: ${type}\n${json(value)}`;

/** Deltas of "chat completions", which several services have in common. */
const completion = (model, delta, finish_reason = null) =>
  json({ id: "c-1", object: "chat.completion.chunk", created: 1, model, choices: [{ index: 0, delta, finish_reason }] });

const isDone = ({ data }) => data === "[DONE]";
const chatText = (event) => (isDone(event) ? "" : (event.json().choices[0]?.delta.content ?? ""));
const failsWith = (error) => ({ event: json({ error }), of: (event) => event.json().error?.message });

/**
 * Each service: `events`, of which each is sent by itself; `until` and `textOf` of an event; `refused`, a response instead of the
 * stream; `inBand`, an error among the events, by its type (`errorEvents`) or found by `of`.
 */
export const PROVIDERS = [
  {
    name: "chat completions of OpenAI",
    events: [
      completion("m", { role: "assistant", content: "" }),
      completion("m", { content: "Grü" }),
      completion("m", { content: "ße" }),
      completion("m", {}, "stop"),
      json({ id: "c-1", object: "chat.completion.chunk", choices: [], usage: { total_tokens: 9 } }),
      "data: [DONE]\n\n",
    ],
    until: isDone,
    textOf: chatText,
    refused: { status: 401, body: '{"error": {"message": "Incorrect API key", "code": "invalid_api_key"}}' },
    inBand: failsWith({ message: "overloaded", type: "server_error" }),
  },
  {
    name: "responses of OpenAI",
    events: [
      named("response.created", { type: "response.created", sequence_number: 0, response: { id: "r-1", status: "in_progress" } }),
      named("response.output_text.delta", { type: "response.output_text.delta", sequence_number: 1, delta: "Grü" }),
      named("response.output_text.delta", { type: "response.output_text.delta", sequence_number: 2, delta: "ße" }),
      named("response.completed", { type: "response.completed", sequence_number: 3, response: { id: "r-1", status: "completed" } }),
    ],
    until: ({ type }) => ["response.completed", "response.failed", "response.incomplete"].includes(type),
    textOf: (event) => (event.type === "response.output_text.delta" ? event.json().delta : ""),
    refused: { status: 429, body: '{"error": {"message": "Rate limit reached", "code": "rate_limit_exceeded"}}' },
    inBand: { errorEvents: ["error"], event: named("error", { type: "error", code: "server_error", message: "overloaded" }) },
  },
  {
    name: "messages of Anthropic",
    events: [
      named("message_start", { type: "message_start", message: { id: "m-1", role: "assistant", content: [] } }),
      named("content_block_start", { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } }),
      named("ping", { type: "ping" }),
      named("content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Grü" } }),
      named("content_block_delta", { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "ße" } }),
      named("content_block_stop", { type: "content_block_stop", index: 0 }),
      named("message_delta", { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } }),
      named("message_stop", { type: "message_stop" }),
    ],
    until: ({ type }) => type === "message_stop",
    textOf: (event) => (event.type === "content_block_delta" ? event.json().delta.text : ""),
    refused: { status: 529, body: '{"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}' },
    inBand: { errorEvents: ["error"], event: named("error", { type: "error", error: { type: "overloaded_error", message: "overloaded" } }) },
  },
  {
    name: "Gemini, whose lines end with CRLF and whose stream has no event for its end",
    events: ["Grü", "ße"].map((text, index) => {
      const candidate = { content: { role: "model", parts: [{ text }] }, ...(index === 1 && { finishReason: "STOP" }), index: 0 };
      return json({ candidates: [candidate], modelVersion: "m" }).replaceAll("\n", "\r\n");
    }),
    until: (event) => event.json().candidates?.[0].finishReason !== undefined,
    textOf: (event) => event.json().candidates[0].content.parts.map(({ text }) => text).join(""),
    refused: { status: 400, body: '{"error": {"code": 400, "message": "API key not valid", "status": "INVALID_ARGUMENT"}}' },
    inBand: failsWith({ code: 503, message: "overloaded", status: "UNAVAILABLE" }),
  },
  {
    name: "Mistral",
    events: [completion("m", { role: "assistant", content: "" }), completion("m", { content: "Grüße" }, "stop"), "data: [DONE]\n\n"],
    until: isDone,
    textOf: chatText,
    refused: { status: 422, body: '{"detail": [{"loc": ["body", "model"], "msg": "field required"}]}' },
    inBand: failsWith({ message: "overloaded" }),
  },
  {
    name: "Ollama's endpoint for clients of OpenAI",
    events: [completion("m:1b", { role: "assistant", content: "Grüße" }), completion("m:1b", { content: "" }, "stop"), "data: [DONE]\n\n"],
    until: isDone,
    textOf: chatText,
    refused: { status: 404, body: '{"error": {"message": "model \\"m\\" not found", "type": "api_error"}}' },
    inBand: failsWith({ message: "overloaded" }),
  },
  {
    name: "an MCP server, which answers a call after its notifications",
    events: [
      "id: 1_0\ndata:\n\n",
      `id: 1_1\n${named("message", { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: 1 } })}`,
      `id: 1_2\n${named("message", { jsonrpc: "2.0", id: 1, result: { content: [{ type: "text", text: "Grüße" }] } })}`,
    ],
    until: ({ data }) => data !== "" && JSON.parse(data).id === 1,
    textOf: ({ data }) => (data === "" ? "" : (JSON.parse(data).result?.content[0].text ?? "")),
    refused: { status: 404, body: '{"jsonrpc": "2.0", "error": {"code": -32001, "message": "Session not found"}, "id": null}' },
    inBand: {
      event: `id: 1_2\n${named("message", { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "overloaded" } })}`,
      of: ({ data }) => (data === "" ? undefined : JSON.parse(data).error?.message),
    },
  },
  {
    name: "a relay of GitHub's webhooks",
    events: ["event: ready\ndata: {}\n\n", "event: ping\ndata: {}\n\n", `id: 1\n${json({ "x-github-event": "push", body: { after: "Grüße" } })}`],
    until: (event) => event.type === "message",
    textOf: (event) => (event.type === "message" ? event.json().body.after : ""),
    refused: { status: 404, body: "Not Found" },
    inBand: { errorEvents: ["error"], event: 'event: error\ndata: {"message": "overloaded"}\n\n' },
  },
  {
    name: "a hub of the Mercure protocol",
    events: [":\n", 'id: urn:uuid:1\ndata: {"status": "Grüße"}\n\n', ":\n", 'id: urn:uuid:2\nevent: closed\ndata: {"status": ""}\n\n'],
    until: ({ type }) => type === "closed",
    textOf: (event) => event.json().status,
    refused: { status: 401, body: "Unauthorized\n" },
    inBand: { errorEvents: ["failure"], event: 'event: failure\ndata: {"message": "overloaded"}\n\n' },
  },
];
