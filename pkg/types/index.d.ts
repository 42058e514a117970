// The types are those of TypeScript's lib.dom.d.ts, so code that accepts the DOM's `EventSource` also accepts this one.

/** The options of an EventSource: the second argument of its constructor. */
export interface EventSourceInit extends MoreOfRequestInit {
  /** Whether requests to other origins send credentials, such as cookies. Defaults to false. */
  withCredentials?: boolean;

  // Beyond the standard.

  /**
   * The last event ID that the first request sends, so that the server continues after this event. Defaults to none.
   *
   * @throws {TypeError} if it contains a null character, a carriage return or a line feed
   */
  lastEventId?: string;
  /**
   * The largest event that the source accepts, in bytes: its data, type and ID together. Defaults to 128 MiB.
   *
   * After a larger event, the source is CLOSED, with the reason `too-large`. The type and the ID may be up to 64 KiB each. With
   * `onComment`, the limit also holds for each comment. Without `onComment`, comments are skipped and take no memory, whatever their size.
   *
   * @throws {TypeError} if it is not an integer from 1 to 4294967295
   */
  maxEventSize?: number;
  /**
   * Headers of the requests, or a function that returns them, for example with a fresh token. Defaults to none.
   *
   * The function is called before each attempt to connect. If it throws or rejects, nothing is sent. The attempt fails with the reason
   * `unprepared`, and the source reconnects.
   *
   * If your headers have no `Accept`, the source sends `Accept: text/event-stream`.
   *
   * With most headers, browsers send a preflight request before a request to another origin. Headers also limit which redirects are
   * followed: see `redirect`.
   *
   * @example headers: async () => ({ Authorization: `Bearer ${await freshToken()}` })
   * @throws {TypeError} if there is a header that scripts are not allowed to set, or the header `Last-Event-ID`
   */
  headers?: HeadersSource | ((attempt: AttemptInit) => HeadersSource | Promise<HeadersSource>) | null;
  /**
   * The method of the requests. Defaults to `"GET"`.
   *
   * A request with any other method is sent only once. If it were sent again, the server could, for example, buy something twice. When the
   * server ends the stream, the source is CLOSED, with the reason `ended`, and loops over the source end. When the connection breaks, the
   * source is CLOSED, too.
   *
   * There are three ways to allow another request. After a rejected response, `retryIf` can decide to send the same request again. After a
   * lost connection, `resume` returns the next request. With `reconnect: true`, or with `reconnect` set to an object, the source repeats
   * the same request, as it does for a GET. It then also repeats the request when the server ends the stream normally.
   *
   * @throws {TypeError} if it is `HEAD`, or a method that `fetch` does not allow
   */
  method?: string;
  /**
   * The body of the requests, or a function that returns it. The function is called before each attempt to connect. Defaults to none.
   *
   * @throws {TypeError} if the method is GET, or the body is a stream. A stream can be sent only once, so pass a function that makes one
   * for each attempt
   */
  body?: BodySource | ((attempt: AttemptInit) => BodySource | Promise<BodySource>);
  /**
   * A function to call instead of the global `fetch`, such as undici's. Defaults to the global `fetch`.
   *
   * Your function must respect `init.signal`. `init.headers` is a plain object, so that you can spread it into another object. If the
   * function throws, the reason is `network`, never `cors`. There is one exception. If your function calls a `fetch` that throws a
   * `TypeError` because of a bad argument, and your function does not catch that error, the reason is `unusable`. If it returns a response
   * whose body cannot be read, the reason is `unusable`, too.
   */
  fetch?: Fetch | null;
  /**
   * A signal that closes the source when it aborts. No event is fired then, and loops over the source end without an exception. Defaults to
   * none. With `stream()`, the loop throws the signal's reason instead.
   */
  signal?: AbortSignal | null;
  /**
   * The name of a URL parameter that carries the last event ID. Defaults to none: the header `Last-Event-ID` carries it.
   *
   * Use this option for requests to another origin. With the header, browsers send a preflight request first.
   *
   * @throws {TypeError} if it is not a string, or empty
   */
  lastEventIdParameter?: string;
  /** The credentials mode, as for `fetch`. Defaults to `"include"` with `withCredentials`, else `"same-origin"`. */
  credentials?: "omit" | "same-origin" | "include";
  /** The mode of the requests, as for `fetch`. Defaults to `"cors"`. */
  mode?: "cors" | "same-origin";
  /**
   * Whether redirects are followed. Defaults to `"follow"`, and to a stricter rule with custom headers.
   *
   * All headers are custom headers, except `Accept`, `Accept-Language`, `Content-Language` and `Content-Type`. The stricter rule keeps a
   * token in a header from being sent to another origin. A request to the page's own origin follows only redirects within that origin. A
   * request to another origin follows no redirects, and neither does any request in Node.
   *
   * `"follow"`: all redirects are followed. Browsers forward the headers if the CORS of the other origin allows them, and Node always
   * forwards them. Newer browsers and newer versions of Node leave out `Authorization`.
   *
   * `"error"`: no redirects are followed.
   *
   * If a redirect is not followed, the reason is `cors`, and the source is CLOSED. In Node, and with the option `fetch`, the reason is
   * `network`, and the source reconnects. `stream()` throws, with the reason `network`.
   */
  redirect?: "follow" | "error";
  /** The referrer policy of the requests, as for `fetch`. Defaults to the policy of the page. */
  referrerPolicy?: NonNullable<RequestInit["referrerPolicy"]>;
  /** The priority of the requests, as for `fetch`. Defaults to `"auto"`. */
  priority?: "auto" | "high" | "low";

  /**
   * A function that is called with the text of each comment. Comments and events come in the order of the stream. Defaults to none.
   *
   * A comment is a line that begins with a colon. Its text is the rest of the line. One space after the colon is left out.
   */
  onComment?: ((comment: string) => void) | null;
  /**
   * The longest silence, in milliseconds. Defaults to none.
   *
   * If the server sends nothing for longer than this, the connection counts as lost with the reason `"idle"`, and the source reconnects.
   * Any byte ends the silence. So let the server send a comment more often than this.
   *
   * The wait for the response counts as silence. The time that a function for `headers` takes counts, too. While an event waits for your
   * loop, the time does not count. After a tab was frozen, or the machine was asleep, the source first checks what has arrived in the
   * meantime.
   *
   * @throws {TypeError} if it is not an integer from 1 to 2147483647
   */
  idleTimeout?: number;
  /**
   * What happens while the document is hidden, for example in a background tab. Defaults to `"keep"`.
   *
   * `"keep"`: the connection stays open.
   *
   * `"close"`: the connection is closed without an `error` event, and `readyState` is CONNECTING. When the document is shown, the source
   * connects at once, with the last event ID. A source that is made in a hidden document connects when the document is shown. If
   * the request must not be repeated (see `method`), the source is CLOSED when the document is shown, with the reason `"aborted"`.
   *
   * The option has no effect in workers, because they have no document.
   *
   * @throws {TypeError} if it has any other value
   */
  whenHidden?: "keep" | "close";
  /**
   * How long an attempt may take until its response comes, in milliseconds. Defaults to none.
   *
   * If an attempt takes longer, it fails with the reason `"timeout"`, and the source reconnects. The time that a function for `headers`
   * takes counts, too. Some servers send their headers only with the first event. Allow enough time for these servers.
   *
   * @throws {TypeError} if it is not an integer from 1 to 2147483647
   */
  connectTimeout?: number;
  /**
   * What an open source does when its document is shown again after it was hidden or frozen, and when the network is back (`online`).
   * Defaults to `"keep"`.
   *
   * `"keep"`: nothing. (A source that waits to reconnect connects at once in any case.)
   *
   * `"verify"`: the source checks its connection, as `verify()` does. When the document is shown, bytes from the last 15 seconds count as
   * proof that the connection is alive. When the network is back, only bytes that arrive after that moment count. For a source that does
   * not support `verify()`, such as one with `resume`, the option has no effect.
   *
   * @throws {TypeError} if it has any other value
   */
  whenBack?: "keep" | "verify";

  /**
   * Whether and how to reconnect. Defaults to `true` for a GET. For other methods, see `method`.
   *
   * `false`: the source never reconnects, whatever `retryIf` returns. `true`: it reconnects after every lost connection, and after the
   * server has ended the stream. An object: the same as `true`, with the waits and limits that you set.
   *
   * @example reconnect: { maxDelay: 60_000, maxAttempts: 20, statuses: [429, 503] }
   */
  reconnect?: boolean | ReconnectInit | null;

  /**
   * A function that returns the next request after the connection is lost. Use it for a POST that must not be sent twice, if your server
   * has a URL for the rest of the response. Defaults to none.
   *
   * The function returns a request, `true` for the same request again, or `false` to stop. The next request is a GET without a body, unless
   * you set a method and a body. If you leave out the URL or the headers, the source uses those of the last request. The waits and limits
   * of `reconnect` apply. After `false`, the source is CLOSED, and its `error` event tells why the connection was lost.
   *
   * The function is also called after `reconnect()`, and when a hidden page is shown again. In these cases, its argument has no `reason`.
   * If it then returns `false`, the source is CLOSED, and the `error` event has the reason `aborted`. The function is not called if
   * `retryIf` or `statuses` cause another attempt after a rejected response: then the same request is sent again. If the function throws or
   * rejects, the exception goes to the global error handler, and the source is CLOSED.
   *
   * @example resume: ({ lastEventId }) => lastEventId !== "" && { url: `/answers/${id}` }
   */
  resume?: ((lost: LostConnection) => ResumeRequest | boolean | undefined | Promise<ResumeRequest | boolean | undefined>) | null;
  /**
   * A function that decides whether to read a response whose status is not 200, or whose type is not `text/event-stream`. Defaults to none:
   * such a response is rejected. Use it for servers that send a different `Content-Type`, no `Content-Type`, or a status such as 201.
   *
   * If the function throws or rejects, the exception goes to the global error handler, and the response is rejected.
   *
   * @example accept: ({ status, headers }) => status === 200 && !headers.has("Content-Type")
   */
  accept?: ((response: ResponseToAccept) => boolean | Promise<boolean>) | null;
  /**
   * A function that decides whether the source sends its request again after a rejected response. Defaults to none: the source is CLOSED.
   *
   * The function is called for every rejected response, even for a 204, unless the status is in `reconnect.statuses`. It returns one of
   * these:
   *
   * - `false`: the source is CLOSED
   * - `true`: the source waits as usual, but at least as long as `Retry-After` says
   * - an object with a `delay`: the source waits that many milliseconds, but at least 100 if its requests follow each other too quickly
   * - an object with a `lastEventId`: the next request sends this ID
   *
   * `reconnect.maxAttempts` still applies. If the function throws or rejects, the source is CLOSED, and the exception is the `cause` of the
   * error. `stream()` has this option, too.
   *
   * @example retryIf: ({ status, body }) => status >= 500 || body.includes("rate_limit")
   * @throws {TypeError} if `reconnect.retryIf` is set to another function. It is the same option
   */
  retryIf?: RetryIf | null;
}

/** The argument of `resume`. Its members tell why there is no connection, as those of an {@link EventSourceErrorEvent} do. */
export interface LostConnection {
  /** The last event ID. It is empty if there is none. The next request sends this ID. */
  readonly lastEventId: string;
  /** Why the connection was lost. Undefined after `reconnect()`, and when a hidden page is shown again. */
  readonly reason?: EventSourceErrorEvent["reason"];
  readonly message?: string;
  readonly cause?: unknown;
  readonly attempt?: number;
}

/** The next request, which `resume` returns. */
export interface ResumeRequest {
  /** Defaults to the URL of the last request. A relative URL is relative to the page. */
  url?: string | URL;
  /** Defaults to `"GET"`. */
  method?: string;
  /** Defaults to the headers of the last request, without `Content-Type` if there is no `body`. */
  headers?: HeadersSource;
  /** Defaults to none. */
  body?: BodySource;
}

/** The argument of `accept`. */
export interface ResponseToAccept {
  readonly status: number;
  /** From another origin, these are only the headers that CORS exposes. */
  readonly headers: Headers;
  /** The URL after redirects. */
  readonly url: string;
  readonly redirected: boolean;
}

/**
 * The other members of your platform's `RequestInit`, such as `dispatcher` in Node. They are passed on to `fetch`. TypeScript rejects
 * members that it does not know. To pass one anyway, spread it: `...{ targetAddressSpace: "local" }`.
 *
 * `cache` is always `"no-store"`. `integrity` cannot be used, because it is checked at the end of a body, and a stream may have no end.
 * `keepalive` cannot be used, because a stream must not outlive its page.
 */
type MoreOfRequestInit = Omit<
  RequestInit,
  | ("body" | "cache" | "credentials" | "headers" | "integrity" | "keepalive" | "method" | "mode" | "priority")
  | ("redirect" | "referrerPolicy" | "signal")
>;

/** The option `retryIf`. Its argument is a rejected response. */
export type RetryIf = (refusal: Refusal) => RetryAnswer | Promise<RetryAnswer>;

/** What `retryIf` returns: whether to send the request again, and how. */
export type RetryAnswer =
  | boolean
  | {
      /** The wait before the next attempt, in milliseconds. */
      delay?: number;
      /**
       * The last event ID that the next request sends. With an empty string, the request sends none. Sources that share their connection
       * ignore this ID.
       */
      lastEventId?: string;
    };

type HeadersSource = NonNullable<RequestInit["headers"]>;
type BodySource = RequestInit["body"];
type Listener = NonNullable<Parameters<EventTarget["addEventListener"]>[1]>;
type ListenerOptions = Parameters<EventTarget["addEventListener"]>[2];

// Declared as a method, so that TypeScript checks parameters loosely. So any `fetch` fits, even one with a `RequestInit` of its own.
type Fetch = { fetch(url: string, init: FetchInit): Promise<FetchResponse> }["fetch"];

/** What the option `fetch` gets as its second argument. You can pass it on to any `fetch`. */
export interface FetchInit {
  headers: Record<string, string>;
  method?: string;
  /** The value of the option `body`, or the result of its function. */
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

/** The argument of a function for `headers` or `body`. */
export interface AttemptInit {
  /** The last event ID that the request will send. Empty if there is none. */
  lastEventId: string;
  /** The status of the response that was rejected before this attempt. Undefined unless `retryIf` caused the attempt. */
  refusedWith?: number | undefined;
}

/** The standard's `error` event, with members that tell you what went wrong and what the source does next. */
export interface EventSourceErrorEvent extends Event {
  /**
   * Why the connection was lost, or could not be made.
   *
   * - `network`: there was no response, or the connection broke
   * - `idle`: nothing arrived for longer than `idleTimeout`
   * - `timeout`: no response came within `connectTimeout`, or within the `timeout` of `verify()`
   * - `ended`: the server ended the stream
   * - `not-event-stream`: the response had the right status and type, but no line of its body was a field or a comment of an event stream.
   *   For example, it was JSON with an error message, or a web page. This is known only when the response ends. `body` has
   *   the first 1024 bytes
   * - `status`: the status of the response is not 200
   * - `content-type`: the response is not `text/event-stream`
   * - `unprepared`: your function for `headers` or `body` failed, and nothing was sent
   * - `cors`: the server does not allow this origin to read the response. Or the server redirects, and the request must not follow the
   *   redirect (see `redirect`). If this source was connected before, the first four failures in a row have the reason `network`, and the
   *   fifth has `cors`
   * - `blocked`: the page's Content-Security-Policy does not allow the request
   * - `local-network`: the URL leads to the user's local network, and the user has denied the page the permission for it. The source
   *   recognizes such a URL by its host name or address, or by the option `targetAddressSpace`
   * - `unfetchable`: `fetch` does not support the URL, for example `ftp:` or a URL that contains a password
   * - `too-large`: an event exceeds `maxEventSize`, or its type or its ID exceeds 64 KiB
   * - `aborted`: the source closed its connection because the document was in the back/forward cache, or hidden with `whenHidden`. The
   *   document is shown again, but the request must not be repeated (see `method`). This has nothing to do with `signal`
   * - `unusable`: `fetch` does not accept one of the options, or your own `fetch` returned something that cannot be read. `message` says
   *   what is wrong
   * - `handed-over`: only in `wasm-eventsource/shared`. A new connection has replaced the shared one. The last event had no ID, so
   *   events may be missing. `open` is fired when the new connection is open
   * - `unavailable`: the engine could not be loaded, or has failed because of a bug in this package. The source is CLOSED, with one
   *   exception: if the `.wasm` file of `wasm-eventsource/external` could not be downloaded, because there is no network or the status is
   *   408, 429 or 5xx, the source tries again
   */
  readonly reason:
    | "network"
    | "idle"
    | "timeout"
    | "ended"
    | "not-event-stream"
    | "status"
    | "content-type"
    | "unprepared"
    | "cors"
    | "blocked"
    | "local-network"
    | "unfetchable"
    | "too-large"
    | "aborted"
    | "unusable"
    | "handed-over"
    | "unavailable";
  /** A sentence for a log. It includes the message of `cause`. */
  readonly message: string;
  /**
   * The exception behind the error, if there was one. It was thrown by `fetch`, by the response's body, by your function for `headers`,
   * `body` or `retryIf`, or by the engine.
   */
  readonly cause?: unknown;
  /** The URL of the response, after redirects. If there was no response, the URL of the request. Undefined if nothing was requested. */
  readonly url?: string;
  /** Whether a redirect led to `url`. Undefined if there was no response. */
  readonly redirected?: boolean;
  /** The status of the rejected response. A response is rejected if its status is not 200, or its type is not `text/event-stream`. */
  readonly status?: number;
  /** The headers of the rejected response. From another origin, these are only the headers that CORS exposes. */
  readonly headers?: Headers;
  /**
   * The beginning of the rejected response's body, as text: at most 64 KiB, and only what arrived within 250 ms after the headers. It is
   * empty if there is no body.
   */
  readonly body?: string;
  /**
   * How many errors there were in a row, including this one: 1 for the first error, 2 for the next. After a successful connection, the next
   * error is number 1 again. A connection is successful if it received an event, or if it received a byte and lasted a second.
   */
  readonly attempt: number;
  /** The time until the next attempt, in milliseconds. If it is undefined, there is no next attempt: the source is CLOSED. */
  readonly reconnectsIn?: number;
}

/** The options of `verify()`. All times are in milliseconds. */
export interface VerifyInit {
  /**
   * If bytes arrived within this time, the connection is alive, and no request is sent. Defaults to 15000.
   *
   * With 0, the source always opens a new connection to replace the old one, for example to use a new token. As soon as the new request is
   * sent, the source ignores the old connection, even if bytes arrive on it. If the new request fails, the connection counts as lost, and
   * the source reconnects.
   */
  staleAfter?: number;
  /** How long the source waits for the response to the new request. After this time, the connection counts as lost. Defaults to 10000. */
  timeout?: number;
}

/** How to reconnect. All times are in milliseconds. */
export interface ReconnectInit {
  /**
   * The wait before a reconnection, as long as the server has not sent `retry`. Defaults to 3000.
   *
   * A random part between 0 and `initialDelay` is added. After each further failure in a row, the random part can be twice as long as
   * before: up to 2, 4 and 8 times `initialDelay`, and so on. If the server has sent `retry`, its value takes the place of `initialDelay`.
   * The random part is then smaller: the first wait has none, so it is exactly `retry`. The next waits, with their random part, are up to
   * 2, 4 and 8 times `retry`, and so on.
   * The random part never makes a wait longer than `maxDelay`.
   *
   * @throws {TypeError} if it is not an integer from 0 to 2147483647
   */
  initialDelay?: number;
  /**
   * The longest wait, including the random part. If `initialDelay`, `retry` or `Retry-After` is longer, the wait is that long. Defaults to
   * 30,000.
   *
   * @throws {TypeError} if it is not an integer from 0 to 2147483647
   */
  maxDelay?: number;
  /**
   * How many reconnections in a row may fail before the source is CLOSED. Defaults to Infinity.
   *
   * With 0, the source never reconnects. A reconnection is successful if it receives an event, or if it receives a byte and lasts a second.
   *
   * @throws {TypeError} if it is neither Infinity nor an integer from 0 to 4294967295
   */
  maxAttempts?: number;
  /**
   * The statuses after which the source reconnects, such as `[429, 503]`. Defaults to none.
   *
   * The source waits at least as long as `Retry-After` says. In a response from another origin, the source sees this header only if
   * `Access-Control-Expose-Headers` names it.
   *
   * @throws {TypeError} if one of them is not an integer from 100 to 599
   */
  statuses?: Iterable<number> | null;
  /** The same as the option `retryIf` of the source. Defaults to none. */
  retryIf?: RetryIf | null;
}

/** A rejected response: its status is not 200, or its type is not `text/event-stream`. */
export interface Refusal {
  readonly status: number;
  /** From another origin, these are only the headers that CORS exposes. */
  readonly headers: Headers;
  /** The beginning of the body, as in an {@link EventSourceErrorEvent}. */
  readonly body: string;
  /** The attempt that led to this response: the same object that your functions for `headers` and `body` got as their argument. */
  readonly attempt: AttemptInit;
}

/** The events that every source can fire. A server can also send events of other types. Listeners get them as MessageEvents. */
export interface EventSourceEventMap {
  /** The connection was lost, or could not be made. The source reconnects, unless `readyState` is CLOSED. */
  error: EventSourceErrorEvent;
  /** An event without a type, or with the type `message`. */
  message: ServerSentEvent;
  /** The connection is open: the server answered with an event stream. */
  open: Event;
}

/** An event of the server, as a listener gets it: the standard's MessageEvent, with a method `json()`. */
export interface ServerSentEvent<Payload = any> extends MessageEvent {
  /**
   * The data, parsed as JSON. It is undefined if the data is empty. Beyond the standard.
   *
   * @throws {SyntaxError} if the data is not JSON. The message names the event, and `cause` is the exception of `JSON.parse`
   */
  json(): Payload;
}

/** An event of the server, as a callback or a loop gets it. Each callback and each loop gets its own object. */
export interface StreamEvent<Type extends string = string, Payload = any> {
  /** The type of the event. It is `"message"` if the server gave none. */
  readonly type: Type;
  readonly data: string;
  /** The ID of this event. If the event has none, it is the latest ID before this event. */
  readonly lastEventId: string;
  /** The origin of the server that sent the stream, after redirects. */
  readonly origin: string;
  /**
   * The data, parsed as JSON. It is undefined if the data is empty.
   *
   * @throws {SyntaxError} if the data is not JSON. The message names the event, and `cause` is the exception of `JSON.parse`
   */
  json(): Payload;
}

/** A `StreamEvent` whose `type` and `json()` have the types that `Payloads` names. */
export type StreamEventOf<Payloads> = string extends keyof Payloads
  ? StreamEvent
  : { [Type in keyof Payloads & string]: StreamEvent<Type, Payloads[Type]> }[keyof Payloads & string];

/**
 * Follows a stream of events from a server. When the connection is lost, the source reconnects. A source that is CLOSED never reconnects.
 *
 * [HTML Standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface)
 *
 * @typeParam Payloads what `json()` returns for each type of event, such as `{ ping: { time: string } }`. This is for the compiler only:
 * the server's data is not checked
 * @example
 * ```js
 * const source = new EventSource("/events");
 * source.onmessage = (event) => show(event.data);
 * source.onerror = ({ message, reconnectsIn }) => console.log(message, reconnectsIn ?? "CLOSED");
 * ```
 */
export interface EventSource<Payloads extends object = Record<string, any>> extends DisposableIfKnown {}
export declare class EventSource<Payloads extends object = Record<string, any>> extends EventTarget {
  /**
   * Starts to connect.
   *
   * @throws {DOMException} a SyntaxError if the URL cannot be parsed
   * @throws {TypeError} if an option has a bad value, or the platform lacks something that a source needs. The message names it
   */
  constructor(url: string | URL, eventSourceInitDict?: EventSourceInit);

  // The standard's members.

  static readonly CONNECTING: 0;
  static readonly OPEN: 1;
  static readonly CLOSED: 2;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;

  /** The absolute URL. */
  readonly url: string;
  /** Whether requests to other origins send credentials. */
  readonly withCredentials: boolean;
  /** CONNECTING (0), OPEN (1) or CLOSED (2). */
  readonly readyState: number;

  // The getters have the DOM's types, so that this class and the DOM's can be assigned to each other. The setters have typed events.
  get onopen(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onopen(listener: ((this: EventSource<Payloads>, ev: Event) => any) | null);
  get onmessage(): ((this: globalThis.EventSource, ev: MessageEvent) => any) | null;
  set onmessage(listener: ((this: EventSource<Payloads>, ev: ListenedTo<Payloads, "message">) => any) | null);
  get onerror(): ((this: globalThis.EventSource, ev: Event) => any) | null;
  set onerror(listener: ((this: EventSource<Payloads>, ev: EventSourceErrorEvent) => any) | null);

  /** Closes the connection. The source is CLOSED, no event follows, and loops over the source end. */
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
   * Connects again at once. The request sends the last event ID, or the `lastEventId` that you pass. With an empty string, it sends none.
   *
   * The old connection is closed without an `error` event. If the source was waiting to reconnect, it stops waiting. `open` is fired when
   * the new connection is open. Nothing happens if the source is CLOSED, or has no connection because the document is hidden.
   *
   * @throws {TypeError} if you pass a `lastEventId` and the source shares its connection, or if the `lastEventId` contains a
   * null character, a carriage return or a line feed
   */
  reconnect(options?: { lastEventId?: string } | null): void;

  /**
   * Checks whether the connection is still alive, and replaces it if it is silent. The server need not send heartbeats for this. The
   * promise is fulfilled when the connection is alive, or when a new one has taken its place.
   *
   * If bytes arrived within the last 15 seconds (`staleAfter`), the connection is alive. Otherwise the source sends the same request
   * again, beside the open connection. Whatever comes first decides:
   *
   * - bytes on the open connection: it stays (unless `staleAfter` is 0)
   * - the new response: the new connection takes the place of the old one. `readyState` stays OPEN, and neither `open` nor `error` is
   *   fired
   * - neither within `timeout`, or the new request fails: the connection counts as lost. `error` is fired, and the source reconnects. The
   *   promise is fulfilled when the next connection is open
   *
   * If the source is waiting to reconnect when you call `verify()`, it connects at once, unless the server has asked for a longer wait with
   * `Retry-After`. Several calls at the same time share one request. If there are loops over the source, the promise is fulfilled only
   * after they have taken the events that arrived before.
   *
   * Sources that share a connection verify it together. If the connection is replaced, and the last event had no ID, each of these sources
   * gets an `error` with the reason `handed-over`, and then `open`.
   *
   * The promise rejects if the source is CLOSED, or is closed before the check is done. It also rejects for three kinds of sources: those
   * made by `fromReadableStream()`, those with the option `resume`, and those whose request must not be repeated (see `method`). You need
   * not handle these rejections.
   *
   * @example await source.verify({ staleAfter: 2_000 });
   * @throws {TypeError} as a rejection, if an option has a bad value
   */
  verify(options?: VerifyInit | null): Promise<void>;

  /**
   * Calls `listener` with every event of the server, whatever its type, from now on.
   *
   * To unsubscribe, call the returned function, or abort `signal`. If `listener` throws, the exception goes to the global error handler.
   *
   * This is faster than `addEventListener()`, because the source calls your callback for several events without a pause between them, for
   * up to 8 milliseconds. Code after an `await` in your callback runs after these events. But if there is also a listener for the event's
   * type, the code after the `await` runs before the next event. While there is a loop over the source, each event waits until a loop asks
   * for it.
   *
   * @example const unsubscribe = source.subscribe(({ type, data }) => console.log(type, data));
   * @throws {TypeError} if `listener` is not a function, or `signal` is not an AbortSignal
   */
  subscribe(listener: (event: StreamEventOf<Payloads>) => void, options?: { signal?: AbortSignal | null } | null): () => void;

  /**
   * An async iterator over every event of the server, from the first `next()` on.
   *
   * The loop ends when you close the source, and when the server says that there are no more events: with a 204, or at the end of a
   * response to a POST that is not repeated. The loop continues when the connection is lost and made again. Leaving the loop closes the
   * source, unless `preventClose` is true.
   *
   * While there is a loop, each event waits until the loop asks for it. Listeners and callbacks get the event only then. Everything after
   * that event waits, too: comments, `open` and errors. The source reads at most 1 MiB ahead of the loop. If there are several loops, each
   * gets every event, and the fastest loop sets the pace. Events that a slower loop has not taken yet are stored for it, without a limit.
   *
   * While an event waits for a loop:
   *
   * - `source.lastEventId` is still the ID before this event. But a reconnection sends the ID of this event, because it has already arrived
   * - `reset()` keeps the event, and `close()` drops it
   * - `reconnect()` connects at once, without waiting for the loop
   *
   * @throws {StreamError} from `next()`, if an error makes the source CLOSED. If the source is CLOSED only because the server ended the
   * stream, nothing is thrown
   */
  events(options?: { preventClose?: boolean } | null): AsyncIterableIterator<StreamEventOf<Payloads>> & AsyncDisposableIfKnown;

  /** Calls `events()`, so that you can write `for await (const event of source)`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamEventOf<Payloads>> & AsyncDisposableIfKnown;

  // These members are proposed for the standard: https://github.com/whatwg/html/issues/12272. No browser has them yet, and they may change.

  /**
   * Makes a source that reads any stream of bytes, such as the body of a response.
   *
   * When the stream ends or breaks, an `error` event is fired, and the source is CLOSED. `close()` cancels the stream. The `url` of the
   * source is `about:event-stream`, and the `origin` of its events is `"null"`.
   *
   * @throws {TypeError} if it is not a stream, or is locked
   * @experimental proposed for the standard
   */
  static fromReadableStream(stream: ByteStream): EventSource;

  /**
   * The last event ID so far. It is empty if there is none. A reconnection sends this ID, unless an event waits for a loop (see
   * `events()`). You can still read it when the source is CLOSED.
   *
   * @experimental proposed for the standard
   */
  readonly lastEventId: string;

  /**
   * The reconnection time in milliseconds. The server sets it with `retry`. Until then, it is `reconnect.initialDelay`. You can still read
   * it when the source is CLOSED.
   *
   * @experimental proposed for the standard
   */
  readonly reconnectionTime: number;

  /**
   * Drops everything that has arrived but was not dispatched yet, except an event that waits for a loop. The next bytes are read as the
   * beginning of a stream.
   *
   * Call it between two streams, so that half an event of the first stream does not become part of the second. `lastEventId` and
   * `reconnectionTime` stay the same.
   *
   * @experimental proposed for the standard
   */
  reset(): void;
}

// Beyond the standard.

/** If TypeScript's library knows `Symbol.dispose`, `using source = new EventSource(url)` closes the source at the end of the block. */
type DisposableIfKnown = { [Name in NameOf<"dispose">]: () => void };
type AsyncDisposableIfKnown = { [Name in NameOf<"asyncDispose">]: () => Promise<void> };
type NameOf<Known extends string> = SymbolConstructor extends { readonly [Name in Known]: infer Unique extends symbol } ? Unique : never;

/** A server can send events of the types "open" and "error". So a listener for `error` can also get an event of the server. */
type ListenedTo<Payloads, Type extends PropertyKey> = string extends keyof Payloads
  ? Type extends keyof EventSourceEventMap ? EventSourceEventMap[Type] : ServerSentEvent
  : Type extends "open" | "error" ? ServerSentEvent<PayloadOf<Payloads, Type>> | EventSourceEventMap[Type]
  : ServerSentEvent<PayloadOf<Payloads, Type>>;

type PayloadOf<Payloads, Type extends PropertyKey> = Type extends keyof Payloads ? Payloads[Type] : any;

/**
 * The options of {@link stream}: most options of an EventSource, and options for the end of the response. `reconnect` can be set only
 * together with `resume`.
 */
export interface StreamInit extends Omit<EventSourceInit, "lastEventIdParameter" | "whenHidden" | "whenBack"> {
  /**
   * A function that recognizes the last event of a complete response. The loop gets that event and ends, and the connection is closed.
   * Defaults to none: the response is complete when the server ends the stream.
   *
   * If the stream ends or breaks before that event, the loop first gets everything that arrived. Then it throws a {@link StreamError} with
   * the reason `truncated`. With this option, a 204 is an error, too, with the reason `status`. If the function throws, the loop throws the
   * same exception.
   *
   * @example until: ({ data }) => data === "[DONE]"
   */
  until?: ((event: StreamEvent) => boolean) | null;
  /**
   * What happens to the last event if the stream ends without the blank line that ends an event. Defaults to `"discard"`, as
   * the standard says.
   *
   * `"deliver"`: the loop gets this event. Use it for servers that leave out the last blank line. If the stream was cut off, the loop may
   * get half an event.
   *
   * `"error"`: the loop throws a {@link StreamError} with the reason `truncated`.
   */
  incomplete?: "discard" | "deliver" | "error";
  /**
   * The types of events by which the server reports an error. Defaults to none: the loop gets such events like all others.
   *
   * If an event of such a type arrives, the loop throws a {@link StreamError} with the reason `event`. The member `event` of this error is
   * the event. The connection is closed.
   *
   * @example errorEvents: ["error"]
   */
  errorEvents?: Iterable<string> | null;
}

/**
 * Reads one response, such as a language model's answer, from beginning to end. It sends its request once, unless `retryIf` or `resume`
 * says otherwise.
 *
 * The request is sent when the loop begins. The loop ends when the server ends the stream, or answers with a 204. With `until`,
 * the loop ends at the last event, and throws if that event does not come. The body is read only as fast as you take the events. In
 * Chromium and Node, this also slows the server.
 *
 * `break` and `return()` close the connection. `return()` also ends a `next()` that waits. When `signal` aborts, the connection is closed,
 * and the loop throws the signal's reason. No event comes after that.
 *
 * ```js
 * for await (const { data } of stream("/chat", { method: "POST", body: JSON.stringify({ prompt }) })) {
 *   if (data === "[DONE]") break;
 *   show(JSON.parse(data));
 * }
 * ```
 *
 * @param input a URL, or a `Response` that you already have. A `Response` is rejected, unless it has the status 200 and the type
 * `text/event-stream`, or `accept` accepts it. With a `Response`, only the options for reading have an effect: `until`, `incomplete`,
 * `errorEvents`, `accept`, `idleTimeout`, `maxEventSize`, `onComment` and `signal`. To give up a `Response` without reading it, call
 * `return()`, which cancels its body
 * @throws {TypeError} at once, if an argument has a bad value, or the platform lacks something that is needed. The message names it
 * @throws {StreamError} from `next()`, if something goes wrong later. See `reason`
 */
export declare function stream(
  input: string | URL | FetchResponse,
  init?: StreamInit,
): AsyncGenerator<StreamEvent, void, undefined>;

/** The error that `stream()` and loops over a source throw. */
export declare class StreamError extends Error {
  /**
   * The reason, as in an {@link EventSourceErrorEvent}. `stream()` does not check whether CORS or the page's policy caused a failure. In
   * these cases, the reason is `network`. Two reasons occur only with `stream()`:
   *
   * - `truncated`: with `until`, the stream ended or broke before the last event. With `incomplete: "error"`, the stream ended in the middle
   *   of an event
   * - `event`: the server sent an event of a type in `errorEvents`
   */
  readonly reason: Exclude<EventSourceErrorEvent["reason"], "ended"> | "truncated" | "event";
  /** The status of the rejected response. A response is rejected if its status is not 200, or its type is not `text/event-stream`. */
  readonly status?: number;
  /** The headers of the rejected response. From another origin, these are only the headers that CORS exposes. */
  readonly headers?: Headers;
  /** The beginning of the rejected response's body, as in an {@link EventSourceErrorEvent}. */
  readonly body?: string;
  /** With the reason `event`: the event by which the server reports the error. */
  readonly event?: StreamEvent;
  /**
   * The exception behind the error, if there was one. It was thrown by `fetch`, by the response's body, by your function for `headers`,
   * `body` or `retryIf`, or by the engine.
   */
  readonly cause?: unknown;
  /** The URL of the response, after redirects. If there was no response, the URL of the request. Undefined if nothing was requested. */
  readonly url?: string;
  /** Whether a redirect led to `url`. Undefined if there was no response. */
  readonly redirected?: boolean;
}

/** The argument of {@link init}. */
export interface EngineInit {
  /**
   * The file `dist/wasm-eventsource.wasm` of the package: its URL, a `Response` that contains it, its bytes, the compiled module, or a
   * promise of one of these. A relative URL is relative to the page. After a failed download, only a URL can be loaded again.
   */
  wasm: EngineSource | PromiseLike<EngineSource>;
}

/** The URL of the WebAssembly, or the WebAssembly itself. */
export type EngineSource = string | URL | Response | ArrayBufferView | ArrayBuffer | CompiledModule;

/**
 * A `WebAssembly.Module`. It is declared as `object`, because the name `WebAssembly.Module` exists only in the DOM library.
 */
type CompiledModule = object;

/**
 * Tells `wasm-eventsource/external` where its WebAssembly is, or gives it the WebAssembly itself.
 *
 * You need this function if your bundler does not copy the file, or if you have loaded the file already. Call it before you make the first
 * source or stream. The call itself loads nothing.
 *
 * The other entry points contain their engine. If you pass a `WebAssembly.Module` to the `init` of `wasm-eventsource` or `/shared`, they
 * use it instead of their own engine. They ignore any other value, and `/js` ignores every value.
 *
 * ```js
 * import { EventSource, init } from "wasm-eventsource/external";
 *
 * init({ wasm: "/assets/wasm-eventsource.wasm" });
 * ```
 *
 * @throws {TypeError} in `wasm-eventsource/external`, if `wasm` is neither an {@link EngineSource} nor a promise
 * @throws {Error} if the engine is loaded already, or is being loaded. After a failed load, you can call `init` again. If the entry point
 * ignores the value, nothing is thrown
 */
export declare function init(options: EngineInit): void;

export declare namespace init {
  /**
   * Loads the JavaScript engine now. All sources and streams of this entry point then use it instead of WebAssembly. The JavaScript engine
   * is slower.
   *
   * Use this function if your page's policy forbids WebAssembly, and you do not want a report of the violation. Otherwise the package tries
   * WebAssembly first. Call `init.js()` before you make the first source or stream. Sources and streams wait for the engine, so you need
   * not await the promise.
   *
   * @returns a promise that is fulfilled when the engine is loaded, and rejected if it cannot be loaded. You need not handle the rejection:
   * the `error` events of the sources report the failure, too
   * @throws {Error} if an engine is loaded already, or is being loaded. A second call of `init.js()` is fine
   */
  function js(): Promise<void>;
}

// Without this, everything in this file would be exported.
export {};
