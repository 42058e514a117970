// The standard's interface, as TypeScript's own lib.dom.d.ts has it: what takes an EventSource takes this one.

/** The second argument of the constructor. */
export interface EventSourceInit {
  /** Send and store credentials, such as cookies, on requests to other origins too. Defaults to false. */
  withCredentials?: boolean;

  // What follows is of no standard.

  /**
   * The last event ID that the first request sends, so that the server goes on from there. Defaults to none.
   *
   * @throws {TypeError} with a null, a carriage return or a line feed in it
   */
  lastEventId?: string;
  /**
   * The most bytes that are held for one event. A larger one fails the connection for good. Defaults to 128 MiB.
   *
   * What counts is what has to be held until the event is complete, in bytes of the stream: its data, its type and its ID. A type
   * and an ID have 64 KiB each at most. Comments have the same bound, each by itself, if there is an `onComment`. Everything else is
   * skipped as it comes, and takes no memory: other comments, and fields that the standard ignores. So a stream of nothing but these
   * goes on without an end, and is not idle.
   */
  maxEventSize?: number;
  /**
   * Headers of the requests, or a function that is called before each attempt and gives them: a fresh token, for one. When
   * it throws or rejects, the attempt has failed, and another follows. A request that has any to another origin is
   * preflighted. None of them is sent on to another origin after a redirect, unless `redirect` says so; but for those that are
   * no secrets, see there.
   *
   * @throws {TypeError} with a header that scripts may not set, and with `Last-Event-ID`
   */
  headers?: HeadersInit | ((attempt: AttemptInit) => HeadersInit | Promise<HeadersInit>) | null;
  /**
   * The method. Defaults to `"GET"`. A request of any other method is not repeated by itself, unless `reconnect` is given: when
   * the server ends the stream, the source is CLOSED, with an `error` event of the reason `ended`, and loops over it end. Only a
   * connection that broke off is made again, and only if an ID was received or given to go on from.
   */
  method?: string;
  /** The body of the requests, or a function that is called before each attempt and gives it. */
  body?: BodyInit | null | ((attempt: AttemptInit) => BodyInit | null | Promise<BodyInit | null>);
  /**
   * Is called in the place of the global `fetch`. It has to heed `init.signal`. `init.headers` is an object, which may be spread
   * into another. When it fails that is an error of the reason `network`, an AbortError too: there is no looking for CORS behind it.
   * A response whose body cannot be read is an error of the reason `unusable`.
   */
  fetch?: ((url: string, init: RequestInit & { headers: Record<string, string> }) => Promise<Response>) | null;
  /** Closes the source when it is aborted. No event is fired. */
  signal?: AbortSignal | null;
  /**
   * The name of a parameter of the URL that has the last event ID, in the place of the header: a cross-origin request with
   * that header is preflighted. Defaults to none: the header.
   */
  lastEventIdParameter?: string;
  /** The credentials mode. Defaults to what `withCredentials` says: `"include"` or `"same-origin"`. */
  credentials?: RequestCredentials;
  /** Defaults to `"cors"`. */
  mode?: "cors" | "same-origin";
  /**
   * `"error"`: a redirect is a failure, of the reason `cors`, or in Node `network`. `"follow"`: it is followed wherever it leads;
   * headers are sent on if that origin allows them, in Node without being asked, except `Authorization` by newer platforms.
   *
   * Defaults to `"follow"`, but for requests with `headers` other than `Accept`, `Accept-Language`, `Content-Language` and
   * `Content-Type`: to the page's own origin these are redirected as long as they stay there, to
   * another, and in Node, not at all.
   */
  redirect?: "follow" | "error";
  referrerPolicy?: ReferrerPolicy;
  priority?: "auto" | "high" | "low";

  /**
   * Is called with the text of each comment, the lines that begin with a colon, without the one space that may follow it: in
   * its place among the events as they are read. Defaults to none.
   */
  onComment?: ((comment: string) => void) | null;
  /**
   * The longest time in which nothing may come, not even a comment, in milliseconds: since the attempt began (what gives its headers included), the response
   * came, or the last chunk. After it the connection is lost, for the reason `"idle"`, and the source reconnects as after any
   * loss. Have the server send a comment more often than that. What is received and not dispatched is no silence, and a tab
   * that was frozen, or asleep with its machine, has a moment to find out what has come meanwhile. Defaults to none.
   *
   * @throws {TypeError} unless it is an integer from 1 to 2147483647
   */
  idleTimeout?: number;
  /**
   * `"close"`: the connection is let go of while the document is hidden: its tab is in the background, or its window
   * minimized. `readyState` is CONNECTING then, without an `error`; when the document is shown the source connects at once,
   * with the last event ID. One that is made while the document is hidden waits. A request that is not to be repeated (see
   * `method`) fails for the reason `"aborted"` then. Workers have no document: there it has no effect. Defaults to `"keep"`.
   *
   * @throws {TypeError} with another value
   */
  whenHidden?: "keep" | "close";

  /** Whether and how to reconnect; `false`: not at all. Defaults to what the standard says. */
  reconnect?: boolean | ReconnectInit | null;
}

/** What is known of an attempt before it is made. */
export interface AttemptInit {
  /** The last event ID that it will send, empty if there is none. */
  lastEventId: string;
}

/** An `error` event: the standard's, and why it was fired and what follows, which are of no standard. */
export interface EventSourceErrorEvent extends Event {
  /**
   * - `network`: there was no response, or the connection broke
   * - `idle`: nothing came for longer than `idleTimeout`
   * - `ended`: the server ended the stream. CLOSED, if the request is one that is not repeated then; see `method`
   * - `status`, `content-type`: the response was refused
   * - `unprepared`: the function of `headers` or `body` has failed, and nothing was sent
   * - `cors`: the server does not allow this origin to read it, or redirects where the request does not follow. Of a source that was connected before it is told when five
   *   attempts have failed; until then it is `network`
   * - `blocked`: the page's Content-Security-Policy does not allow the request
   * - `unfetchable`: nothing can be fetched from such a URL
   * - `too-large`: an event exceeds `maxEventSize`, or its type or its ID has more than 64 KiB
   * - `aborted`: the request was let go of with the document, and is not to be repeated
   * - `unusable`: `fetch` refuses its arguments, or has returned nothing that can be read; `message` says what
   * - `unavailable`: the engine could not be loaded, or has failed, which is a fault of this package. If `reconnectsIn` is
   *   given, its file could not be downloaded, and that is tried again
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
    | "unavailable";
  /** The same in words, for a log. The messages of what was behind it belong to it. */
  readonly message: string;
  /** What was thrown, by `fetch`, a function of `headers` or `body`, or in the place of the engine, if that is why. */
  readonly cause?: unknown;
  /** The status of the response that was refused. */
  readonly status?: number;
  /** The headers of the response that was refused; of another origin's those that it exposes. */
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
  /** The time until the next attempt in milliseconds; undefined if there is none, and the source is CLOSED. */
  readonly reconnectsIn?: number;
}

/** How to reconnect. Times are in milliseconds. */
export interface ReconnectInit {
  /**
   * The reconnection time until the server sets one with `retry`. Defaults to 3000. Up to as much again is added at random, also
   * to the first wait, within `maxDelay`; nothing is added to the first wait of a time that the server has set.
   */
  initialDelay?: number;
  /**
   * The longest delay that chance, and attempts which fail in a row, lead to. A `retry` or `Retry-After` that is longer still holds.
   * Defaults to 30,000.
   */
  maxDelay?: number;
  /**
   * How many attempts may fail in a row before the source is CLOSED. An attempt does not count as failed if it led to an event, or
   * to a connection that brought at least one byte and lasted a second. Defaults to Infinity.
   */
  maxAttempts?: number;
  /**
   * The statuses of refused responses after which there is another attempt, not sooner than a `Retry-After` says. Defaults
   * to none. From another origin the header is seen if `Access-Control-Expose-Headers` names it.
   */
  statuses?: Iterable<number> | null;
  /**
   * Called for every refused response, 204 included, unless its status is in `statuses`: whether there is another attempt, not
   * sooner than a `Retry-After` says. The other bounds hold. What it throws or rejects with is reported as an error of the page, and
   * means no. Defaults to no. If the source is closed meanwhile, its answer has no effect.
   */
  retryIf?: ((refusal: Refusal) => boolean | Promise<boolean>) | null;
}

/** A response that was refused, for its status or its `Content-Type`. */
export interface Refusal {
  readonly status: number;
  /** Of another origin's response those that it exposes. */
  readonly headers: Headers;
  /** As that of an {@link EventSourceErrorEvent}. */
  readonly body: string;
}

/** The events that a source fires by itself; a server may send any others, each a MessageEvent. */
export interface EventSourceEventMap {
  /** The connection was lost and comes back by itself, or, if `readyState` is CLOSED, has failed for good. */
  error: EventSourceErrorEvent;
  /** An event of the server that has no name of its own. */
  message: ServerSentEvent;
  /** The connection was announced: the server has answered with an event stream. */
  open: Event;
}

/** An event of the server as listeners get it: the standard's MessageEvent. */
export interface ServerSentEvent<Payload = any> extends MessageEvent {
  /**
   * The data, parsed as JSON; undefined if the data is empty, as of events that are sent for their ID alone. Of no standard.
   *
   * @throws {SyntaxError} if it is no JSON. The message names the event, and `cause` is the exception of `JSON.parse`.
   */
  json(): Payload;
}

/** An event of the server as callbacks and loops get it. Each gets an object of its own. */
export interface StreamEvent<Type extends string = string, Payload = any> {
  /** The event's type: `"message"` unless the stream names another. */
  readonly type: Type;
  readonly data: string;
  /** The last event ID string as of this event. */
  readonly lastEventId: string;
  /** The origin of the URL that the stream was received from, after redirects. */
  readonly origin: string;
  /**
   * The data, parsed as JSON; undefined if the data is empty, as of events that are sent for their ID alone.
   *
   * @throws {SyntaxError} if it is no JSON. The message names the event, and `cause` is the exception of `JSON.parse`.
   */
  json(): Payload;
}

/** One of the events of a source whose payloads are these. */
export type StreamEventOf<Payloads> = string extends keyof Payloads
  ? StreamEvent
  : { [Type in keyof Payloads & string]: StreamEvent<Type, Payloads[Type]> }[keyof Payloads & string];

/**
 * A connection to a server that sends events, which comes back by itself when it is lost.
 *
 * [HTML Standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface)
 *
 * @typeParam Payloads what the events of each type have as JSON, such as `{ ping: { time: string } }`: the type of what their
 * `json()` returns. It is not looked at when the program runs.
 */
export declare class EventSource<Payloads extends object = Record<string, any>> extends EventTarget {
  /**
   * Starts to connect.
   *
   * @throws {DOMException} a SyntaxError if the URL cannot be parsed
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

  // Read, these are the DOM's, so that its EventSource and this one can be assigned to each other. What is set is called with more.
  get onopen(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onopen(listener: ((this: EventSource<Payloads>, ev: Event) => any) | null);
  get onmessage(): ((this: globalThis.EventSource, ev: MessageEvent) => any) | null;
  set onmessage(listener: ((this: EventSource<Payloads>, ev: ListenedTo<Payloads, "message">) => any) | null);
  get onerror(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onerror(listener: ((this: EventSource<Payloads>, ev: EventSourceErrorEvent) => any) | null);

  /** Ends the connection for good; no event follows. */
  close(): void;

  /**
   * Makes another connection at once, in the place of the present one or of the wait for it, and sends the last event ID. No
   * `error` is fired, and `open` when it is there. Without effect when the source is CLOSED, or has no connection because the
   * document is hidden. Of no standard.
   */
  reconnect(): void;

  /**
   * Has `listener` called with every event of the server, of whatever type, from now on, until the function that is returned
   * is called, or `signal` is aborted. What it throws is reported as what a listener throws. Of no standard.
   *
   * An event whose type somebody listens to has a turn of its own: what callbacks and listeners await goes on before the next
   * event. Events of other types are not dispatched, which is the fastest way to read. They follow each other without turns: what
   * a callback awaits goes on when as many of them have been told as have come, or as fit into 8 milliseconds. This does not depend
   * on listeners of other types, nor on listeners that were removed. While there are loops, an event comes when a loop asks for it.
   *
   * @throws {TypeError} if it is no function
   */
  subscribe(listener: (event: StreamEventOf<Payloads>) => void, options?: { signal?: AbortSignal | null } | null): () => void;

  /**
   * An async iterator of every event of the server from the first `next()` on. While there is one, an event is told only when a
   * loop asks for it, to listeners and callbacks, too, and the source reads no more than 1 MiB ahead. Several loops each get every
   * event; what one has not taken is kept for it.
   *
   * What is no event does not wait: comments, `open`, losses and reconnections are told although no loop asks, up to the next
   * event. That event is kept for the loops, and what follows it is told after it. It counts as received: `reset()` does not forget
   * it, and a reconnection sends its ID. `lastEventId` is the one before it until it is told. `reconnect()`, and a page that is put
   * away and shown again, make another connection at once. `close()` drops the event.
   *
   * It ends when the source is closed, be it by its `signal`, or the server ends it for good. Leaving the loop closes the source,
   * but with `preventClose`. Losses that are followed by a reconnection are `error` events and nothing else. Of no standard.
   *
   * @throws {StreamError} of the iteration, when the connection has failed for good, or the engine is not to be had
   */
  events(options?: { preventClose?: boolean } | null): AsyncIterableIterator<StreamEventOf<Payloads>>;

  /** The same as `events()`, for `for await (const event of source)`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamEventOf<Payloads>>;

  addEventListener<Type extends keyof Payloads & string>(
    type: Type,
    listener: (this: EventSource<Payloads>, event: ListenedTo<Payloads, Type>) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Type extends keyof EventSourceEventMap>(
    type: Type,
    listener: (this: EventSource<Payloads>, ev: EventSourceEventMap[Type]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: (this: EventSource<Payloads>, event: ServerSentEvent) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
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
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;

  // Proposed, and not yet in any browser: https://github.com/whatwg/html/issues/12272
  // These members may change with the proposal.

  /**
   * A source that reads a stream of bytes, from wherever it comes. Its `url` is `about:event-stream`, the `origin` of its
   * events `null`. When the stream ends or breaks off there is one `error` event, and the source is CLOSED; `close()`
   * cancels the stream.
   *
   * @throws {TypeError} if it is no stream, or locked
   * @experimental proposed
   */
  static fromReadableStream(stream: ReadableStream<ArrayBufferView>): EventSource;

  /**
   * The last event ID string: what a reconnection sends. Empty if there is none. Still there when the source is CLOSED.
   *
   * @experimental proposed
   */
  readonly lastEventId: string;

  /**
   * The reconnection time in milliseconds: 3000, or what the stream has set by `retry`. Still there when CLOSED.
   *
   * @experimental proposed
   */
  readonly reconnectionTime: number;

  /**
   * Forgets what was received and not yet dispatched, so that half an event of a broken stream does not join the next. What
   * comes next is the beginning of a stream. `lastEventId` and `reconnectionTime` stay.
   *
   * @experimental proposed
   */
  reset(): void;
}

// Of no standard, too.

/** A server may send an event of a name that the source fires by itself: that is either. */
type ListenedTo<Payloads, Type extends PropertyKey> = string extends keyof Payloads
  ? Type extends keyof EventSourceEventMap ? EventSourceEventMap[Type] : ServerSentEvent
  : Type extends "open" | "error" ? ServerSentEvent<PayloadOf<Payloads, Type>> | EventSourceEventMap[Type]
  : ServerSentEvent<PayloadOf<Payloads, Type>>;

type PayloadOf<Payloads, Type extends PropertyKey> = Type extends keyof Payloads ? Payloads[Type] : any;

/** The second argument of {@link stream}: as an EventSource's, but that there is no reconnecting. */
export type StreamInit = Omit<EventSourceInit, "reconnect" | "lastEventIdParameter" | "whenHidden">;

/**
 * One stream from its beginning to its end, for what a server says once: the answer of a language model. The request is sent
 * when the iteration begins. The iteration ends when the server ends the stream, or answers with a 204. The body is read as fast as
 * events are taken. `break`, `return()` and `signal` let go of the connection. `return()` ends a `next()` that still waits. A signal's
 * reason is thrown, and no event comes after it.
 *
 * ```js
 * for await (const { data } of stream("/chat", { method: "POST", body: JSON.stringify({ prompt }) })) {
 *   if (data === "[DONE]") break;
 *   show(JSON.parse(data));
 * }
 * ```
 *
 * @param input a URL, or a response that is there already. For a response only `idleTimeout`, `maxEventSize`, `onComment` and `signal`
 * have an effect; if it is never read, `return()` cancels it.
 * @throws {TypeError} at once, with a bad argument
 * @throws {StreamError} of the iteration, when there is no response, it is refused or breaks off, nothing was sent, or the engine cannot
 * be loaded or fails. Only the reason of a signal is thrown as it is, as `fetch` does.
 */
export declare function stream(
  input: string | URL | Response,
  init?: StreamInit,
): AsyncGenerator<StreamEvent, void, undefined>;

/** Why there was no stream, or why it broke off. */
export declare class StreamError extends Error {
  /**
   * Why, in the words of an `error` event. `stream()` does not find out whether CORS or the page's policy is behind a failure: that is
   * `network`.
   */
  readonly reason: Exclude<EventSourceErrorEvent["reason"], "ended">;
  /** The status of the response that was refused. */
  readonly status?: number;
  /** The headers of the response that was refused. */
  readonly headers?: Headers;
  /**
   * The beginning of the body of the response that was refused, as text: 64 KiB at most, and what came within 250
   * milliseconds after the headers.
   */
  readonly body?: string;
  /**
   * What was thrown that is behind it: by `fetch` or the response's body; with the reason `unprepared`, by the function of `headers` or
   * `body`; with `unavailable`, by the engine, or while it was loaded. None of a response that was refused, and of silence.
   */
  readonly cause?: unknown;
}

/** The argument of {@link init}. */
export interface EngineInit {
  /**
   * The package's `dist/wasm-eventsource.wasm`: a URL, relative to the page's; a response; its bytes; the compiled module; or a
   * promise of one. Only a URL can be loaded once more if the first time fails.
   */
  wasm: EngineSource | PromiseLike<EngineSource>;
}

/** Where the WebAssembly is, or the WebAssembly itself. */
export type EngineSource = string | URL | Response | BufferSource | (WebAssembly.Module & object);

/**
 * Says where `wasm-eventsource/external` finds its WebAssembly, or hands it over. For bundlers that do not copy the file, and pages
 * that have it already. Nothing is loaded before the first source or stream is made. In `wasm-eventsource` itself, whose
 * WebAssembly is inside, this has no effect.
 *
 * ```js
 * import { EventSource, init } from "wasm-eventsource/external";
 *
 * init({ wasm: "/assets/wasm-eventsource.wasm" });
 * ```
 *
 * @throws {TypeError} if `wasm` is nothing of the kind
 * @throws {Error} if the module is loaded already, or being loaded
 */
export declare function init(options: EngineInit): void;
