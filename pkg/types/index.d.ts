// The standard's interface, as TypeScript's own lib.dom.d.ts has it: what takes an EventSource takes this one.

/** The second argument of the constructor. */
export interface EventSourceInit {
  /** Send and store credentials, such as cookies, on requests to other origins too. Defaults to false. */
  withCredentials?: boolean;

  // What follows is of no standard.

  /**
   * The last event ID that the first request sends, so that the server goes on from there. Defaults to none.
   *
   * @throws {TypeError} if it contains a null, a carriage return or a line feed
   */
  lastEventId?: string;
  /**
   * The most bytes that are held for one event. A larger event fails the connection for good. Defaults to 128 MiB.
   *
   * The data, the type and the ID count, in bytes of the stream. A type and an ID have 64 KiB each at most. If there is an
   * `onComment`, each comment has the same bound by itself. Everything else is skipped as it comes and takes no memory: other
   * comments, and fields that the standard ignores. A stream of nothing else goes on without an end, and is not idle.
   */
  maxEventSize?: number;
  /**
   * Headers of the requests, or a function that gives them, for example with a fresh token. It is called before each attempt. If
   * it throws or rejects, the attempt has failed, and another one follows. With most headers, a request to another origin is
   * preflighted. After a redirect, headers are not sent on to another origin, unless `redirect` says so, or they are known to be no
   * secrets; see there.
   *
   * @throws {TypeError} with a header that scripts may not set, and with `Last-Event-ID`
   */
  headers?: HeadersSource | ((attempt: AttemptInit) => HeadersSource | Promise<HeadersSource>) | null;
  /**
   * The method. Defaults to `"GET"`. With any other method and no `reconnect`, a source does not repeat its request when the server
   * ends the stream. It is CLOSED, with an `error` event of the reason `ended`, and loops over it end. If the connection breaks off,
   * the request is repeated only if there is a last event ID to go on from.
   */
  method?: string;
  /** The body of the requests, or a function that gives it. It is called before each attempt. */
  body?: BodySource | ((attempt: AttemptInit) => BodySource | Promise<BodySource>);
  /**
   * A function to call instead of the global `fetch`, such as undici's. It has to heed `init.signal`. `init.headers` is a plain object,
   * so that it can be spread into another. If the function fails, with an `AbortError` too, the reason is `network`; it is never `cors`. If it refuses
   * its arguments as `fetch` does, or returns a response whose body cannot be read, the reason is `unusable`.
   */
  fetch?: Fetch | null;
  /** Aborting it closes the source. No event is fired. */
  signal?: AbortSignal | null;
  /**
   * The name of a parameter of the URL. The last event ID is sent in it instead of in the header, because a request with that
   * header to another origin is preflighted. Defaults to none: the header is sent.
   */
  lastEventIdParameter?: string;
  /** The credentials mode. Defaults to what `withCredentials` says: `"include"` or `"same-origin"`. */
  credentials?: "omit" | "same-origin" | "include";
  /** Defaults to `"cors"`. */
  mode?: "cors" | "same-origin";
  /**
   * `"error"`: a redirect is a failure. The reason is `cors`; in Node, with an option `fetch`, and in `stream()`, it is `network`.
   *
   * `"follow"`: a redirect is followed wherever it leads. Browsers send headers on if the other origin's CORS allows them, Node always
   * does. Newer platforms leave out `Authorization`.
   *
   * Defaults to `"follow"` for requests without `headers`, and for those that have only `Accept`, `Accept-Language`,
   * `Content-Language` and `Content-Type`. With other headers, a request to the page's own origin follows redirects within that
   * origin. A request to another origin, and any request in Node, follows none.
   */
  redirect?: "follow" | "error";
  referrerPolicy?: NonNullable<RequestInit["referrerPolicy"]>;
  priority?: "auto" | "high" | "low";

  /**
   * Called with the text of each comment, in its place among the events. A comment is a line that begins with a colon. Its text comes
   * after the colon, without the one space that may follow. Defaults to none.
   */
  onComment?: ((comment: string) => void) | null;
  /**
   * The longest silence, in milliseconds. After it the connection is lost, with the reason `"idle"`, and the source reconnects as
   * after any loss. Any byte ends a silence, also that of a comment: have the server send one more often than this. The time until the
   * response comes counts too, with what a function of `headers` takes.
   *
   * Events that are received and not yet dispatched are no silence. A tab that was frozen, or asleep with its machine, gets a moment
   * to find out what has come meanwhile. Defaults to none.
   *
   * @throws {TypeError} unless it is an integer from 1 to 2147483647
   */
  idleTimeout?: number;
  /**
   * `"close"`: there is no connection while the document is hidden, for example in a background tab. `readyState` is CONNECTING
   * then, and there is no `error`. When the document is shown, the source connects at once, with the last event ID. A source that is
   * made while the document is hidden waits for that. A request that was let go of and is not to be repeated (see `method`) fails
   * then, with the reason `"aborted"`. In workers, which have no document, this has no effect. Defaults to `"keep"`.
   *
   * @throws {TypeError} with another value
   */
  whenHidden?: "keep" | "close";

  /** Whether and how to reconnect; `false`: not at all. Defaults to what the standard says. */
  reconnect?: boolean | ReconnectInit | null;
}

// Of these @types/node alone has no names, other than by what they are members of.
type HeadersSource = NonNullable<RequestInit["headers"]>;
type BodySource = RequestInit["body"];
type Listener = NonNullable<Parameters<EventTarget["addEventListener"]>[1]>;
type ListenerOptions = Parameters<EventTarget["addEventListener"]>[2];

/**
 * As a method, whose parameters may have more or less than these: so any fetch will do, whose RequestInit is another library's, as
 * undici's is.
 */
type Fetch = { fetch(url: string, init: FetchInit): Promise<FetchResponse> }["fetch"];

/** What an option `fetch` is called with. It can be handed on to any fetch. */
export interface FetchInit {
  headers: Record<string, string>;
  method?: string;
  /** What the option `body` is, or has returned. */
  body?: any;
  cache?: "no-store";
  credentials?: "omit" | "same-origin" | "include";
  mode?: NonNullable<RequestInit["mode"]>;
  redirect?: NonNullable<RequestInit["redirect"]>;
  referrerPolicy?: NonNullable<RequestInit["referrerPolicy"]>;
  priority?: "auto" | "high" | "low";
  signal?: AbortSignal;
}

/** What an option `fetch` has to return: a Response, or what has this much of one. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** A ReadableStream of bytes. */
  readonly body: { getReader(): any } | null;
  /** The URL after redirects. */
  readonly url?: string;
  readonly redirected?: boolean;
}

/** A `ReadableStream<ArrayBufferView>`, whichever library it is of. */
export interface ByteStream {
  getReader(): { read(): Promise<{ done: boolean; value?: ArrayBufferView | undefined }> };
}

/** What is known of an attempt before it is made. */
export interface AttemptInit {
  /** The last event ID that it will send. Empty if there is none. */
  lastEventId: string;
}

/** The standard's `error` event. Its members, which are of no standard, say why it was fired and what follows. */
export interface EventSourceErrorEvent extends Event {
  /**
   * - `network`: there was no response, or the connection broke off
   * - `idle`: nothing came for longer than `idleTimeout`
   * - `ended`: the server ended the stream. The source is CLOSED if its request is not repeated then; see `method`
   * - `status`, `content-type`: the response was refused
   * - `unprepared`: the function of `headers` or `body` failed, and nothing was sent
   * - `cors`: the server does not allow this origin to read the response, or it redirects and the request may not follow. A source
   *   that was connected before is told so at the fifth failure in a row; until then the reason is `network`
   * - `blocked`: the page's Content-Security-Policy does not allow the request
   * - `unfetchable`: nothing can be fetched from such a URL
   * - `too-large`: an event exceeds `maxEventSize`, or its type or its ID has more than 64 KiB
   * - `aborted`: the document was hidden or put away, the connection was let go of, and the request is not to be repeated
   * - `unusable`: `fetch` refuses its arguments, or has returned nothing that can be read; `message` says what
   * - `handed-over`: a shared connection went over to another source, and the server was given no last event ID to go on from, so
   *   that events may be missing. Only in `wasm-eventsource/shared`
   * - `unavailable`: the engine could not be loaded, or has failed, which is a fault of this package. If there is a
   *   `reconnectsIn`, its file could not be downloaded, and this is tried again
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
  /** The same in words, for a log, with the messages of what is behind it. */
  readonly message: string;
  /**
   * What was thrown, if that is why: by `fetch`, by the response's body, by a function of `headers` or `body`, or in the place of the
   * engine.
   */
  readonly cause?: unknown;
  /** The status of the response that was refused. */
  readonly status?: number;
  /** The headers of the response that was refused. If it is of another origin, only those that it exposes. */
  readonly headers?: Headers;
  /**
   * The beginning of the body of the response that was refused, as text: 64 KiB at most, and what came within 250
   * milliseconds after the headers. Empty if there is none.
   */
  readonly body?: string;
  /**
   * The number of this error among those in a row, from 1 on. The row ends with an event, or with a connection that brought at
   * least one byte and lasted a second.
   */
  readonly attempt: number;
  /** The time until the next attempt, in milliseconds. Undefined if none follows; then the source is CLOSED. */
  readonly reconnectsIn?: number;
}

/** How to reconnect. Times are in milliseconds. */
export interface ReconnectInit {
  /**
   * The reconnection time until the server sets one with `retry`. Defaults to 3000. Up to as much again is added at random, also
   * to the first wait, within `maxDelay`. If the server has set the time, nothing is added to the first wait.
   */
  initialDelay?: number;
  /**
   * The longest wait that chance and failures in a row lead to. A longer `retry` or `Retry-After` still holds. Defaults to 30,000.
   */
  maxDelay?: number;
  /**
   * How many attempts may fail in a row before the source is CLOSED. An attempt does not count as failed if it led to an event, or
   * to a connection that brought at least one byte and lasted a second. Defaults to Infinity.
   */
  maxAttempts?: number;
  /**
   * The statuses of refused responses after which there is another attempt, not sooner than `Retry-After` says. Defaults
   * to none. The header of another origin's response is seen only if `Access-Control-Expose-Headers` names it.
   */
  statuses?: Iterable<number> | null;
  /**
   * Says whether there is another attempt, not sooner than `Retry-After` says. It is called for every refused response, 204 included,
   * unless its status is in `statuses`. The other bounds hold. If it throws or rejects, that is reported as an error of the page, and
   * means no. If the source is closed meanwhile, the answer has no effect. Defaults to no.
   */
  retryIf?: ((refusal: Refusal) => boolean | Promise<boolean>) | null;
}

/** A response that was refused, for its status or its `Content-Type`. */
export interface Refusal {
  readonly status: number;
  /** If the response is of another origin, only those that it exposes. */
  readonly headers: Headers;
  /** As that of an {@link EventSourceErrorEvent}. */
  readonly body: string;
}

/** The events that a source fires by itself. A server may send events of any other type, each a MessageEvent. */
export interface EventSourceEventMap {
  /** The connection was lost. If `readyState` is CLOSED, it has failed for good; otherwise it comes back by itself. */
  error: EventSourceErrorEvent;
  /** An event of the server that has no name of its own. */
  message: ServerSentEvent;
  /** The connection was announced: the server has answered with an event stream. */
  open: Event;
}

/** An event of the server as listeners get it: the standard's MessageEvent. */
export interface ServerSentEvent<Payload = any> extends MessageEvent {
  /**
   * The data, parsed as JSON. Undefined if the data is empty: servers send such events for their ID alone. Of no standard.
   *
   * @throws {SyntaxError} if the data is no JSON. The message names the event, and `cause` is the exception of `JSON.parse`.
   */
  json(): Payload;
}

/** An event of the server as callbacks and loops get it. Each callback and each loop gets an object of its own. */
export interface StreamEvent<Type extends string = string, Payload = any> {
  /** The event's type: `"message"` unless the stream names another. */
  readonly type: Type;
  readonly data: string;
  /** The last event ID string as of this event. */
  readonly lastEventId: string;
  /** The origin of the URL that the stream was received from, after redirects. */
  readonly origin: string;
  /**
   * The data, parsed as JSON. Undefined if the data is empty: servers send such events for their ID alone.
   *
   * @throws {SyntaxError} if the data is no JSON. The message names the event, and `cause` is the exception of `JSON.parse`.
   */
  json(): Payload;
}

/** An event of a source that has these payloads. */
export type StreamEventOf<Payloads> = string extends keyof Payloads
  ? StreamEvent
  : { [Type in keyof Payloads & string]: StreamEvent<Type, Payloads[Type]> }[keyof Payloads & string];

/**
 * A connection to a server that sends events. When it is lost, it comes back by itself.
 *
 * [HTML Standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface)
 *
 * @typeParam Payloads what `json()` of each type of event returns, such as `{ ping: { time: string } }`. Nothing checks this when the
 * program runs.
 */
export declare class EventSource<Payloads extends object = Record<string, any>> extends EventTarget {
  /**
   * Starts to connect.
   *
   * @throws {DOMException} a SyntaxError if the URL cannot be parsed
   * @throws {TypeError} with a bad option, or if the platform lacks something that a source needs. The message names it
   */
  constructor(url: string | URL, eventSourceInitDict?: EventSourceInit);

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

  // The getters have the DOM's types, so that its EventSource and this one can be assigned to each other. What is set gets more.
  get onopen(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onopen(listener: ((this: EventSource<Payloads>, ev: Event) => any) | null);
  get onmessage(): ((this: globalThis.EventSource, ev: MessageEvent) => any) | null;
  set onmessage(listener: ((this: EventSource<Payloads>, ev: ListenedTo<Payloads, "message">) => any) | null);
  get onerror(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onerror(listener: ((this: EventSource<Payloads>, ev: EventSourceErrorEvent) => any) | null);

  /** Ends the connection for good; no event follows. */
  close(): void;

  /**
   * Makes another connection at once, with the last event ID. It replaces the present connection, or the wait for one. No `error` is
   * fired; `open` is, when the connection is there. This has no effect if the source is CLOSED, or has no connection because the
   * document is hidden. Of no standard.
   */
  reconnect(): void;

  /**
   * Calls `listener` with every event of the server, of whatever type, from now on. This ends when the returned function is called, or
   * `signal` is aborted. What `listener` throws is reported, as for other listeners. Of no standard.
   *
   * An event whose type somebody listens to has a turn of its own: what callbacks and listeners await goes on before the next
   * event. Events of other types are not dispatched, which is the fastest way to read. They follow each other without turns: what
   * a callback awaits goes on when all that have come are told, or after 8 milliseconds. Listeners of other types, and listeners that
   * were removed, make no difference. While there are loops, an event comes when a loop asks for it.
   *
   * @throws {TypeError} if `listener` is no function, or `signal` no AbortSignal
   */
  subscribe(listener: (event: StreamEventOf<Payloads>) => void, options?: { signal?: AbortSignal | null } | null): () => void;

  /**
   * An async iterator of every event of the server, from the first `next()` on. Of no standard.
   *
   * While there is one, an event is told only when a loop asks for it, also to listeners and callbacks. The source reads no more than
   * 1 MiB ahead. Each of several loops gets every event; what a loop has not taken is kept for it.
   *
   * Comments, `open`, losses and reconnections do not wait for a loop, up to the next event. That event is kept until a loop asks, and
   * what follows it is told after it. It counts as received: a reconnection sends its ID, and `reset()` keeps it. But `lastEventId`
   * is the ID before it until it is told. `reconnect()`, and a page that is put away and shown again, do not wait for it: another
   * connection is made at once. `close()` drops the event.
   *
   * The iteration ends when the source is closed, also by its `signal`, and when the server ends it for good. Leaving the loop closes
   * the source, unless `preventClose` is true. A loss that is followed by a reconnection is only an `error` event.
   *
   * @throws {StreamError} from `next()`, if the connection has failed for good, or the engine cannot be loaded or has failed
   */
  events(options?: { preventClose?: boolean } | null): AsyncIterableIterator<StreamEventOf<Payloads>>;

  /** The same as `events()`, for `for await (const event of source)`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamEventOf<Payloads>>;

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

  // Proposed, and not yet in any browser: https://github.com/whatwg/html/issues/12272
  // These members may change with the proposal.

  /**
   * A source that reads any stream of bytes. Its `url` is `about:event-stream`, and the `origin` of its events is `null`. When the
   * stream ends or breaks off, there is one `error` event, and the source is CLOSED. `close()` cancels the stream.
   *
   * @throws {TypeError} if it is no stream, or locked
   * @experimental proposed
   */
  static fromReadableStream(stream: ByteStream): EventSource;

  /**
   * The last event ID string, which a reconnection sends. Empty if there is none. It stays when the source is CLOSED.
   *
   * @experimental proposed
   */
  readonly lastEventId: string;

  /**
   * The reconnection time in milliseconds: what the stream has set by `retry`, or `reconnect.initialDelay`. It stays when the source
   * is CLOSED.
   *
   * @experimental proposed
   */
  readonly reconnectionTime: number;

  /**
   * Forgets what was received and not yet dispatched, so that half an event of a broken stream does not join the next one. The
   * next bytes are the beginning of a stream. `lastEventId` and `reconnectionTime` stay.
   *
   * @experimental proposed
   */
  reset(): void;
}

// This is of no standard either.

/** A server may send events named "open" and "error". A listener to these types gets either kind. */
type ListenedTo<Payloads, Type extends PropertyKey> = string extends keyof Payloads
  ? Type extends keyof EventSourceEventMap ? EventSourceEventMap[Type] : ServerSentEvent
  : Type extends "open" | "error" ? ServerSentEvent<PayloadOf<Payloads, Type>> | EventSourceEventMap[Type]
  : ServerSentEvent<PayloadOf<Payloads, Type>>;

type PayloadOf<Payloads, Type extends PropertyKey> = Type extends keyof Payloads ? Payloads[Type] : any;

/** The second argument of {@link stream}: that of an EventSource, without reconnecting. */
export type StreamInit = Omit<EventSourceInit, "reconnect" | "lastEventIdParameter" | "whenHidden">;

/**
 * One stream from its beginning to its end, for an answer that a server gives once, such as that of a language model. The request is
 * sent when the iteration begins. The iteration ends when the server ends the stream, or answers with a 204. The body is read as fast
 * as events are taken. `break`, `return()` and `signal` let go of the connection. `return()` ends a `next()` that still waits. If the
 * signal is aborted, its reason is thrown, and no event comes after it.
 *
 * ```js
 * for await (const { data } of stream("/chat", { method: "POST", body: JSON.stringify({ prompt }) })) {
 *   if (data === "[DONE]") break;
 *   show(JSON.parse(data));
 * }
 * ```
 *
 * @param input a URL, or a response that is there already. With a response, only `idleTimeout`, `maxEventSize`, `onComment` and
 * `signal` have an effect. If it is never read, `return()` cancels it.
 * @throws {TypeError} at once, with a bad argument, or if the platform lacks something that it needs. The message names it
 * @throws {StreamError} from `next()`: there is no response, the response is refused or breaks off, nothing was sent, or the engine
 * cannot be loaded or fails. Only the reason of a signal is thrown unchanged, as `fetch` does.
 */
export declare function stream(
  input: string | URL | FetchResponse,
  init?: StreamInit,
): AsyncGenerator<StreamEvent, void, undefined>;

/** Why there was no stream, or why it broke off. */
export declare class StreamError extends Error {
  /**
   * Why, in the words of an `error` event. `stream()` does not find out whether CORS or the page's policy is behind a failure. The
   * reason is `network` then.
   */
  readonly reason: Exclude<EventSourceErrorEvent["reason"], "ended">;
  /** The status of the response that was refused. */
  readonly status?: number;
  /** The headers of the response that was refused. If it is of another origin, only those that it exposes. */
  readonly headers?: Headers;
  /**
   * The beginning of the body of the response that was refused, as text: 64 KiB at most, and what came within 250
   * milliseconds after the headers.
   */
  readonly body?: string;
  /**
   * What was thrown, if that is why: by `fetch` or by the response's body; with the reason `unprepared`, by the function of `headers`
   * or `body`; with `unavailable`, by the engine, or while it was loaded. A refused response and a silence have no cause.
   */
  readonly cause?: unknown;
}

/** The argument of {@link init}. */
export interface EngineInit {
  /**
   * The package's `dist/wasm-eventsource.wasm`: a URL, which may be relative to the page's; a response; its bytes; the compiled module;
   * or a promise of one. Only a URL can be loaded again if the first time fails.
   */
  wasm: EngineSource | PromiseLike<EngineSource>;
}

/** Where the WebAssembly is, or the WebAssembly itself. */
export type EngineSource = string | URL | Response | ArrayBufferView | ArrayBuffer | CompiledModule;

/** A `WebAssembly.Module`, which has this name in the DOM library only. There it has no members, so that any object is one. */
type CompiledModule = object;

/**
 * Says where `wasm-eventsource/external` finds its WebAssembly, or hands it over. Call it before the first source or stream is made, with a
 * bundler that does not copy the file, or if the page has the file already. It loads nothing by itself. The other entries have the engine
 * inside: `wasm-eventsource` and `/shared` use a `WebAssembly.Module`, and ignore every other value; `/js` ignores all.
 *
 * ```js
 * import { EventSource, init } from "wasm-eventsource/external";
 *
 * init({ wasm: "/assets/wasm-eventsource.wasm" });
 * ```
 *
 * @throws {TypeError} in `wasm-eventsource/external`, if `wasm` is no {@link EngineSource}
 * @throws {Error} if the engine is loaded already, or being loaded
 */
export declare function init(options: EngineInit): void;

export declare namespace init {
  /**
   * Loads the engine as JavaScript now, and has all sources and streams of this entry use it instead of WebAssembly. Call it before the
   * first one is made. They wait for the engine, so you need not await it. Use it where a policy forbids WebAssembly and its violations are
   * reported: without it, WebAssembly is tried first. The engine is slower as JavaScript.
   *
   * @returns a promise that is fulfilled when the engine is loaded, and rejected if it cannot be. If you ignore it, the sources tell
   * @throws {Error} if the engine is loaded already, or being loaded
   */
  function js(): Promise<void>;
}

// Only what is exported by name is exported.
export {};
