// The standard's interface, with the types of TypeScript's lib.dom.d.ts: code that accepts the DOM's `EventSource` also accepts this one.

/** The options of an EventSource: the second argument of its constructor. */
export interface EventSourceInit {
  /** Whether requests to other origins send and store credentials too, such as cookies. Defaults to false. */
  withCredentials?: boolean;

  // Beyond the standard.

  /**
   * The last event ID that the first request sends, so that the server continues after that event. Defaults to none.
   *
   * @throws {TypeError} if it contains a null character, a carriage return or a line feed
   */
  lastEventId?: string;
  /**
   * The largest event that the source accepts, in bytes. A larger event fails the connection for good. Defaults to 128 MiB.
   *
   * The data, the type and the ID count. The type and the ID may have at most 64 KiB each. With `onComment`, each comment may have up to
   * this many bytes too. Everything else is skipped as it arrives and takes no memory: other comments, and fields that the standard
   * ignores. A stream of only such content never hits the limit and does not count as idle.
   *
   * @throws {TypeError} unless it is an integer from 1 to 4294967295
   */
  maxEventSize?: number;
  /**
   * Headers of the requests, or a function that returns them, for example with a fresh token. Defaults to none.
   *
   * The function is called before each attempt to connect. If it throws or rejects, nothing is sent, the attempt has failed with the
   * reason `unprepared`, and the source reconnects as after any loss.
   *
   * With most headers, browsers send a preflight request before a request to another origin. A redirect to another
   * origin is not followed with these headers, unless `redirect` is `"follow"` or they are harmless headers. See `redirect`.
   *
   * @example headers: async () => ({ Authorization: `Bearer ${await freshToken()}` })
   * @throws {TypeError} with a header that scripts may not set, and with `Last-Event-ID`
   */
  headers?: HeadersSource | ((attempt: AttemptInit) => HeadersSource | Promise<HeadersSource>) | null;
  /**
   * The method of the requests. Defaults to `"GET"`.
   *
   * A request with any other method is not repeated when the server ends the stream. The source is then CLOSED, with an `error` event
   * of the reason `ended`, and loops over the source end. If the connection breaks, the request is repeated only if there is a last event
   * ID, so that the server can continue after that event. With `reconnect: true`, or an object, it is repeated in both cases.
   *
   * @throws {TypeError} with `HEAD`, and with a method that `fetch` does not send
   */
  method?: string;
  /**
   * The body of the requests, or a function that returns it. The function is called before each attempt to connect. Defaults to none.
   *
   * @throws {TypeError} if the method is GET, or if it is a stream, which can be sent only once. Instead, give a function that makes a
   * stream for each attempt
   */
  body?: BodySource | ((attempt: AttemptInit) => BodySource | Promise<BodySource>);
  /**
   * A function to call instead of the global `fetch`, such as undici's. Defaults to the global `fetch`.
   *
   * It must respect `init.signal`. `init.headers` is a plain object, so that you can spread it into another object. Any failure of the
   * function, including an `AbortError`, has the reason `network`, never `cors`. If the function rejects its arguments as `fetch` does, or
   * returns a response whose body cannot be read, the reason is `unusable`.
   */
  fetch?: Fetch | null;
  /** Aborting this signal closes the source. No event is fired, and loops over the source end. Defaults to none. */
  signal?: AbortSignal | null;
  /**
   * The name of a URL parameter that carries the last event ID, instead of the header `Last-Event-ID`. Defaults to none: the header is sent.
   *
   * Use it for requests to another origin. With the header, browsers send a preflight request first.
   *
   * @throws {TypeError} unless it is a string that is not empty
   */
  lastEventIdParameter?: string;
  /** The credentials mode. Defaults to what `withCredentials` says: `"include"` or `"same-origin"`. */
  credentials?: "omit" | "same-origin" | "include";
  /** The mode of the requests, as for `fetch`. Defaults to `"cors"`. */
  mode?: "cors" | "same-origin";
  /**
   * Whether redirects are followed. Defaults to `"follow"` for requests without `headers`, and for those with only harmless ones.
   *
   * Harmless headers are `Accept`, `Accept-Language`, `Content-Language` and `Content-Type`. If you leave this option out and give other
   * headers, a request to the page's own origin follows redirects within that origin. A request to another origin, and any request in
   * Node, follows no redirect.
   *
   * `"follow"`: redirects are followed to any origin. Browsers forward the headers if the other origin's CORS allows them, and Node always
   * forwards them. Newer browsers and Nodes forward all but
   * `Authorization`.
   *
   * `"error"`: a redirect fails the connection.
   *
   * A redirect that may not be followed has the reason `cors`; in Node, with the option `fetch`, and in `stream()` it is `network`.
   */
  redirect?: "follow" | "error";
  /** The referrer policy of the requests, as for `fetch`. Defaults to that of the page. */
  referrerPolicy?: NonNullable<RequestInit["referrerPolicy"]>;
  /** The priority of the requests, as for `fetch`. Defaults to `"auto"`. */
  priority?: "auto" | "high" | "low";

  /**
   * Called with the text of each comment, in order with the events. Defaults to none.
   *
   * A comment is a line that begins with a colon. Its text is what follows the colon, without one leading space.
   */
  onComment?: ((comment: string) => void) | null;
  /**
   * The longest silence, in milliseconds. Defaults to none.
   *
   * If the server sends nothing for longer than this, the connection counts as lost, with the reason `"idle"`, and the source reconnects.
   * Any byte ends a silence, also a byte of a comment: have the server send a comment more often than this. The wait for the response
   * counts, and so does the time that a `headers` function takes.
   *
   * Events that were received and not yet dispatched do not count as silence. A tab that was frozen, or asleep with its machine, first
   * checks what has arrived in the meantime.
   *
   * @throws {TypeError} unless it is an integer from 1 to 2147483647
   */
  idleTimeout?: number;
  /**
   * What happens while the document is hidden, for example in a background tab. Defaults to `"keep"`.
   *
   * `"keep"`: the connection stays open.
   *
   * `"close"`: the connection is closed. `readyState` is CONNECTING then, and no `error` event is fired. When the document is shown, the
   * source connects at once, with the last event ID. A source that is made in a hidden document connects when the document is shown.
   * If the request may not be repeated (see `method`), the source fails when the document is shown, with the reason `"aborted"`.
   *
   * Workers have no document, so the option has no effect there.
   *
   * @throws {TypeError} with any other value
   */
  whenHidden?: "keep" | "close";

  /**
   * Whether and how to reconnect. Defaults to `true` for GET; other methods repeat less, see `method`.
   *
   * `false`: never. `true`: after every lost connection, and after the server has ended the stream. An object: the same, with other waits or
   * limits.
   *
   * @example reconnect: { maxDelay: 60_000, maxAttempts: 20, statuses: [429, 503] }
   */
  reconnect?: boolean | ReconnectInit | null;
}

type HeadersSource = NonNullable<RequestInit["headers"]>;
type BodySource = RequestInit["body"];
type Listener = NonNullable<Parameters<EventTarget["addEventListener"]>[1]>;
type ListenerOptions = Parameters<EventTarget["addEventListener"]>[2];

// Declared as a method, so that parameter types are checked loosely. Any `fetch` fits, also one with a `RequestInit` of its own.
type Fetch = { fetch(url: string, init: FetchInit): Promise<FetchResponse> }["fetch"];

/** The second argument of the option `fetch`. You can pass it on to any `fetch`. */
export interface FetchInit {
  headers: Record<string, string>;
  method?: string;
  /** The option `body`, or what its function has returned. */
  body?: any;
  cache?: "no-store";
  credentials?: "omit" | "same-origin" | "include";
  mode?: NonNullable<RequestInit["mode"]>;
  redirect?: NonNullable<RequestInit["redirect"]>;
  referrerPolicy?: NonNullable<RequestInit["referrerPolicy"]>;
  priority?: "auto" | "high" | "low";
  signal?: AbortSignal;
}

/** What the option `fetch` must return: a Response, or an object with these members. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** A ReadableStream of bytes. */
  readonly body: { getReader(): any } | null;
  /** The URL after redirects. */
  readonly url?: string;
  readonly redirected?: boolean;
}

/** A `ReadableStream<ArrayBufferView>`, from any library. */
export interface ByteStream {
  getReader(): { read(): Promise<{ done: boolean; value?: ArrayBufferView | undefined }> };
}

/** What a function of `headers` or `body` is told about the attempt. */
export interface AttemptInit {
  /** The last event ID that the request will send. Empty if there is none. */
  lastEventId: string;
}

/** The standard's `error` event. The members beyond the standard say why it was fired and what follows. */
export interface EventSourceErrorEvent extends Event {
  /**
   * Why the connection was lost, or could not be made.
   *
   * - `network`: there was no response, or the connection broke
   * - `idle`: nothing arrived for longer than `idleTimeout`
   * - `ended`: the server ended the stream. If the request may not be repeated (see `method`), the source is CLOSED
   * - `status`: the status of the response is not 200
   * - `content-type`: the response is not `text/event-stream`
   * - `unprepared`: the function of `headers` or `body` failed, and nothing was sent
   * - `cors`: the server does not allow this origin to read the response, or it redirects and the request may not follow. If an earlier
   *   response could be read, `cors` is reported only at the fifth failure in a row; before that, `network`
   * - `blocked`: the page's Content-Security-Policy does not allow the request
   * - `unfetchable`: `fetch` cannot fetch such a URL
   * - `too-large`: an event exceeds `maxEventSize`, or its type or its ID exceeds 64 KiB
   * - `aborted`: the connection was closed because the document was hidden or in the back/forward cache. The document is shown again, but
   *   the request may not be repeated (see `method`)
   * - `unusable`: `fetch` rejects its arguments, or has returned something that cannot be read. `message` says what
   * - `handed-over`: a shared connection moved to another source, and there was no last event ID to continue from. Events may be
   *   missing. Only in `wasm-eventsource/shared`
   * - `unavailable`: the engine could not be loaded, or it has failed through a fault of this package. If there is a `reconnectsIn`, its
   *   file could not be downloaded, and the source tries again
   */
  readonly reason:
    | "network"
    | "idle"
    | "ended"
    | "status"
    | "content-type"
    | "unprepared"
    | "cors"
    | "blocked"
    | "unfetchable"
    | "too-large"
    | "aborted"
    | "unusable"
    | "handed-over"
    | "unavailable";
  /** The reason in words, for a log. It includes the messages of the exceptions behind it. */
  readonly message: string;
  /**
   * The exception behind the error, if there was one. It was thrown by `fetch`, by the response's body, by a function of `headers` or
   * `body`, or by the engine while it was loaded or ran.
   */
  readonly cause?: unknown;
  /** The status of the rejected response. A response is rejected if it is not `200 text/event-stream`. */
  readonly status?: number;
  /** The headers of the rejected response. If it comes from another origin, only those that it exposes. */
  readonly headers?: Headers;
  /**
   * The beginning of the rejected response's body, as text: at most 64 KiB, and only what arrived within 250 ms after the headers. Empty
   * if there is none.
   */
  readonly body?: string;
  /**
   * The number of this error in a row of errors: 1 for the first. An event ends the row, and so does a connection that received at least
   * one byte and lasted a second. So the loss of a connection that had events is number 1.
   */
  readonly attempt: number;
  /** The time until the next attempt, in milliseconds. Undefined if there will be none: the source is CLOSED. */
  readonly reconnectsIn?: number;
}

/** How to reconnect. All times are in milliseconds. */
export interface ReconnectInit {
  /**
   * The reconnection time until the server sets one with `retry`. Defaults to 3000.
   *
   * Without `retry` from the server, a random time from zero to the same length is added to the first wait. With it, the first wait is
   * exactly what the server has set. With each failure in a row the random part grows, within `maxDelay`.
   *
   * @throws {TypeError} unless it is an integer from 0 to 2147483647
   */
  initialDelay?: number;
  /**
   * The longest wait after failures in a row, with the random part. A longer `initialDelay`, `retry` or `Retry-After` still holds. Defaults
   * to 30,000.
   *
   * @throws {TypeError} unless it is an integer from 0 to 2147483647
   */
  maxDelay?: number;
  /**
   * How many times in a row the source may reconnect without success before it is CLOSED. Defaults to Infinity.
   *
   * With 0 it never reconnects. A reconnection is a success if it leads to an event, or to a connection that receives at least one byte
   * and lasts a second.
   *
   * @throws {TypeError} unless it is Infinity, or an integer from 0 to 4294967295
   */
  maxAttempts?: number;
  /**
   * The statuses of rejected responses after which the source makes another attempt. Defaults to none.
   *
   * The attempt is not made sooner than `Retry-After` says. If the response comes from another origin, this header is seen only if
   * `Access-Control-Expose-Headers` names it.
   *
   * @throws {TypeError} unless they are integers from 100 to 599
   */
  statuses?: Iterable<number> | null;
  /**
   * Decides whether the source makes another attempt after a rejected response. Defaults to no.
   *
   * It is called for every rejected response, also for a 204, unless its status is in `statuses`. The attempt is not made sooner than
   * `Retry-After` says, and `maxAttempts` still applies. If the function throws or rejects, the exception is reported like that of a
   * listener, and the answer is no. If the source is closed in the meantime, the answer has no effect.
   *
   * @example retryIf: ({ status, body }) => status >= 500 || body.includes("rate_limit")
   */
  retryIf?: ((refusal: Refusal) => boolean | Promise<boolean>) | null;
}

/** A response that was rejected, because of its status or its `Content-Type`. */
export interface Refusal {
  readonly status: number;
  /** If the response comes from another origin, only those that it exposes. */
  readonly headers: Headers;
  /** As the `body` of an {@link EventSourceErrorEvent}. */
  readonly body: string;
}

/** The events that a source fires by itself. A server may send events of any other type; each is a MessageEvent. */
export interface EventSourceEventMap {
  /** The connection was lost, or could not be made. If `readyState` is CLOSED, that is final. Otherwise the source reconnects. */
  error: EventSourceErrorEvent;
  /** An event to which the server gave no type, or the type `message`. */
  message: ServerSentEvent;
  /** The connection is open: the server answered with an event stream. */
  open: Event;
}

/** An event of the server as listeners get it: the standard's MessageEvent, with a method `json()`. */
export interface ServerSentEvent<Payload = any> extends MessageEvent {
  /**
   * The data, parsed as JSON. Undefined if the data is empty: some servers send such events only to set the ID. Beyond the standard.
   *
   * @throws {SyntaxError} if the data is not JSON. The message names the event, and `cause` is the exception of `JSON.parse`
   */
  json(): Payload;
}

/** An event of the server as callbacks and loops get it. Each callback and each loop gets an object of its own. */
export interface StreamEvent<Type extends string = string, Payload = any> {
  /** The type of the event: `"message"` unless the server gave another. */
  readonly type: Type;
  readonly data: string;
  /** The last event ID: the ID of this event, or of the latest event before it that had one. */
  readonly lastEventId: string;
  /** The origin of the server that sent the stream, after redirects. */
  readonly origin: string;
  /**
   * The data, parsed as JSON. Undefined if the data is empty: some servers send such events only to set the ID.
   *
   * @throws {SyntaxError} if the data is not JSON. The message names the event, and `cause` is the exception of `JSON.parse`
   */
  json(): Payload;
}

/** The events of a source with these payloads. */
export type StreamEventOf<Payloads> = string extends keyof Payloads
  ? StreamEvent
  : { [Type in keyof Payloads & string]: StreamEvent<Type, Payloads[Type]> }[keyof Payloads & string];

/**
 * A connection to a server that sends events. When it is lost, the source reconnects.
 *
 * [HTML Standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface)
 *
 * @typeParam Payloads what `json()` returns for each type of event, such as `{ ping: { time: string } }`. The server's data is not
 * checked against it
 * @example
 * ```js
 * const source = new EventSource("/events");
 * source.onmessage = (event) => show(event.data);
 * source.onerror = ({ message, reconnectsIn }) => console.log(message, reconnectsIn ?? "failed for good");
 * ```
 */
export declare class EventSource<Payloads extends object = Record<string, any>> extends EventTarget {
  /**
   * Starts to connect.
   *
   * @throws {DOMException} a SyntaxError if the URL cannot be parsed
   * @throws {TypeError} with a bad option, or if the platform lacks something that a source needs. The message says which
   */
  constructor(url: string | URL, eventSourceInitDict?: EventSourceInit);

  // The standard's members.

  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;

  /** The URL, resolved and serialized. */
  readonly url: string;
  /** Whether credentials are sent to other origins too. */
  readonly withCredentials: boolean;
  /** CONNECTING (0), OPEN (1) or CLOSED (2). */
  readonly readyState: number;

  // The getters have the DOM's types, so that each EventSource can be assigned to the other. A handler that you set gets typed events.
  get onopen(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onopen(listener: ((this: EventSource<Payloads>, ev: Event) => any) | null);
  get onmessage(): ((this: globalThis.EventSource, ev: MessageEvent) => any) | null;
  set onmessage(listener: ((this: EventSource<Payloads>, ev: ListenedTo<Payloads, "message">) => any) | null);
  get onerror(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onerror(listener: ((this: EventSource<Payloads>, ev: EventSourceErrorEvent) => any) | null);

  /** Closes the connection for good. No event follows, and loops over the source end. */
  close(): void;

  addEventListener<Type extends keyof Payloads & string>(
    type: Type,
    listener: (this: EventSource<Payloads>, event: ListenedTo<Payloads, Type>) => any,
    options?: ListenerOptions,
  ): void;
  addEventListener<Type extends keyof EventSourceEventMap>(
    type: Type,
    listener: (this: EventSource<Payloads>, ev: EventSourceEventMap[Type]) => any,
    options?: ListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: (this: EventSource<Payloads>, event: ServerSentEvent) => any,
    options?: ListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: Listener,
    options?: ListenerOptions,
  ): void;

  removeEventListener<Type extends keyof Payloads & string>(
    type: Type,
    listener: (this: EventSource<Payloads>, event: ListenedTo<Payloads, Type>) => any,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof EventSourceEventMap>(
    type: Type,
    listener: (this: EventSource<Payloads>, ev: EventSourceEventMap[Type]) => any,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: (this: EventSource<Payloads>, event: ServerSentEvent) => any,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: Listener,
    options?: boolean | EventListenerOptions,
  ): void;

  // Beyond the standard.

  /**
   * Replaces the connection with a new one at once, which sends the last event ID. A source that waits to reconnect stops waiting.
   *
   * No `error` event is fired. `open` is fired when the new connection is there. This has no effect if the source is CLOSED, or while it
   * has no connection because the document is hidden.
   */
  reconnect(): void;

  /**
   * Calls `listener` with every event of the server, whatever its type, from now on.
   *
   * To end this, call the returned function, or abort `signal`. What `listener` throws is reported, as for other listeners.
   *
   * If an event's type has a listener, microtasks run before the next event, so awaited code continues first. If it has none, only
   * `subscribe()` callbacks get the event. That is faster: received events are passed on back to back, and awaited code continues after
   * the last of them, or after 8 milliseconds. While there are loops, an event comes when a loop asks for it.
   *
   * @example const unsubscribe = source.subscribe(({ type, data }) => console.log(type, data));
   * @throws {TypeError} if `listener` is not a function, or `signal` is not an AbortSignal
   */
  subscribe(listener: (event: StreamEventOf<Payloads>) => void, options?: { signal?: AbortSignal | null } | null): () => void;

  /**
   * An async iterator over every event of the server, from the first `next()` on.
   *
   * The iteration ends when the source is closed, also by its `signal`, and when the server ends it for good. Leaving the loop closes
   * the source, unless `preventClose` is true. If the connection is lost and the source reconnects, there is an `error` event, and the
   * loop continues.
   *
   * While there is a loop, an event is delivered only when a loop asks for it, also to listeners and callbacks. The source reads at most
   * 1 MiB ahead. If there are several loops, each gets every event; events that a loop has not taken yet are stored for it.
   *
   * Comments, `open`, losses and reconnections are reported without waiting for a loop, until the next event. That event is held until a
   * loop asks, and everything after it waits too. A held event counts as received: a reconnection sends its ID, and `reset()` keeps it.
   * `source.lastEventId` changes only when it is delivered. `reconnect()`, and a page that comes back from the back/forward cache, do not
   * wait for it. `close()` drops it.
   *
   * @throws {StreamError} from `next()`, if the connection has failed for good, or the engine cannot be loaded or has failed
   */
  events(options?: { preventClose?: boolean } | null): AsyncIterableIterator<StreamEventOf<Payloads>>;

  /** The same as `events()`, for `for await (const event of source)`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamEventOf<Payloads>>;

  // Proposed, and in no browser yet: https://github.com/whatwg/html/issues/12272. These members may change with the proposal.

  /**
   * Makes a source that reads any stream of bytes, such as the body of a response.
   *
   * Its `url` is `about:event-stream`, and the `origin` of its events is `"null"`. When the stream ends or breaks, one `error` event is
   * fired, and the source is CLOSED. `close()` cancels the stream.
   *
   * @throws {TypeError} if it is not a stream, or if it is locked
   * @experimental proposed
   */
  static fromReadableStream(stream: ByteStream): EventSource;

  /**
   * The last event ID, which a reconnection sends. Empty if there is none. It stays the same when the source is CLOSED.
   *
   * @experimental proposed
   */
  readonly lastEventId: string;

  /**
   * The reconnection time in milliseconds, as set by the server's `retry`, or by `reconnect.initialDelay`. It stays the same when the
   * source is CLOSED.
   *
   * @experimental proposed
   */
  readonly reconnectionTime: number;

  /**
   * Drops everything that was received and not yet dispatched, so that half an event of a broken stream does not join the next stream.
   *
   * The next bytes are read as the beginning of a stream. `lastEventId` and `reconnectionTime` stay the same.
   *
   * @experimental proposed
   */
  reset(): void;
}

// Beyond the standard.

/** A server may send events of the types "open" and "error". Listeners of these types get both kinds. */
type ListenedTo<Payloads, Type extends PropertyKey> = string extends keyof Payloads
  ? Type extends keyof EventSourceEventMap ? EventSourceEventMap[Type] : ServerSentEvent
  : Type extends "open" | "error" ? ServerSentEvent<PayloadOf<Payloads, Type>> | EventSourceEventMap[Type]
  : ServerSentEvent<PayloadOf<Payloads, Type>>;

type PayloadOf<Payloads, Type extends PropertyKey> = Type extends keyof Payloads ? Payloads[Type] : any;

/** The options of {@link stream}: those of an EventSource, except those about reconnecting. */
export type StreamInit = Omit<EventSourceInit, "reconnect" | "lastEventIdParameter" | "whenHidden">;

/**
 * Reads one response from its beginning to its end, such as the answer of a language model. It never reconnects.
 *
 * The request is sent when the iteration begins. The iteration ends when the server ends the stream, or answers with a 204. The body is
 * read only as fast as you take events.
 *
 * `break`, `return()` and aborting `signal` close the connection. `return()` also ends a `next()` that still waits. An abort throws the
 * signal's reason, and no event comes after it.
 *
 * ```js
 * for await (const { data } of stream("/chat", { method: "POST", body: JSON.stringify({ prompt }) })) {
 *   if (data === "[DONE]") break;
 *   show(JSON.parse(data));
 * }
 * ```
 *
 * @param input a URL, or a response that you already have. With a response, only `idleTimeout`, `maxEventSize`, `onComment` and `signal`
 * have an effect, and it must be `200 text/event-stream`. If you never read it, `return()` cancels it
 * @throws {TypeError} at once, with a bad argument, or if the platform lacks something that is needed. The message says which
 * @throws {StreamError} from `next()`, if there is no response, the response is rejected or breaks, nothing was sent, or the engine cannot
 * be loaded or fails. Only the reason of a signal is thrown unchanged, as `fetch` does
 */
export declare function stream(
  input: string | URL | FetchResponse,
  init?: StreamInit,
): AsyncGenerator<StreamEvent, void, undefined>;

/** What `stream()` and loops over a source throw: there was no stream, or it broke. */
export declare class StreamError extends Error {
  /**
   * The reason, as in an {@link EventSourceErrorEvent}. `stream()` does not find out whether CORS or the page's policy has caused a
   * failure. The reason is `network` then.
   */
  readonly reason: Exclude<EventSourceErrorEvent["reason"], "ended">;
  /** The status of the rejected response. A response is rejected if it is not `200 text/event-stream`. */
  readonly status?: number;
  /** The headers of the rejected response. If it comes from another origin, only those that it exposes. */
  readonly headers?: Headers;
  /** The beginning of the rejected response's body, as text: at most 64 KiB, and only what arrived within 250 ms after the headers. */
  readonly body?: string;
  /**
   * The exception behind the error, if there was one. It was thrown by `fetch` or by the response's body; with the reason `unprepared`,
   * by the function of `headers` or `body`; with `unavailable`, by the engine while it was loaded or ran. A rejected response and a
   * silence have no cause.
   */
  readonly cause?: unknown;
}

/** The argument of {@link init}. */
export interface EngineInit {
  /**
   * The package's `dist/wasm-eventsource.wasm`: its URL, which may be relative to the page's; a response with it; its bytes; the compiled
   * module; or a promise of one of these. Only a URL can be loaded again if the first download fails.
   */
  wasm: EngineSource | PromiseLike<EngineSource>;
}

/** Where the WebAssembly is, or the WebAssembly itself. */
export type EngineSource = string | URL | Response | ArrayBufferView | ArrayBuffer | CompiledModule;

/**
 * A `WebAssembly.Module`. Only the DOM library has this name. There `WebAssembly.Module` has no members, so any object is assignable to
 * it.
 */
type CompiledModule = object;

/**
 * Says where `wasm-eventsource/external` finds its WebAssembly, or passes the WebAssembly itself.
 *
 * Call it before you make the first source or read the first stream. You need it with a bundler that does not copy the file, or if the page
 * has the file already. The call itself loads nothing.
 *
 * The other entries contain their engine. `wasm-eventsource` and `/shared` use a `WebAssembly.Module`, and ignore every other value.
 * `/js` ignores every value.
 *
 * ```js
 * import { EventSource, init } from "wasm-eventsource/external";
 *
 * init({ wasm: "/assets/wasm-eventsource.wasm" });
 * ```
 *
 * @throws {TypeError} in `wasm-eventsource/external`, if `wasm` is not an {@link EngineSource} or a promise
 * @throws {Error} if a value that is not ignored comes too late: the engine is loaded or being loaded. After a failed load it is not too
 * late
 */
export declare function init(options: EngineInit): void;

export declare namespace init {
  /**
   * Loads the engine as JavaScript now. All sources and streams of this entry then use it instead of WebAssembly.
   *
   * Use it where a policy forbids WebAssembly and violations of the policy are reported: without it, WebAssembly is tried first. The engine
   * is slower as JavaScript. Call it before you make the first source or read the first stream. They wait for the engine, so you need not
   * await the promise.
   *
   * @returns a promise that is fulfilled when the engine is loaded, and rejected if it cannot be loaded. If you ignore the promise, a
   * failure is reported by the sources' `error` events
   * @throws {Error} if the engine is loaded or being loaded, unless an earlier call of this function does it
   */
  function js(): Promise<void>;
}

// Without this, everything in this file would be exported.
export {};
