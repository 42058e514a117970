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
   */
  maxEventSize?: number;
  /** Whether and how to reconnect; `false`: not at all. Defaults to what the standard says. */
  reconnect?: boolean | ReconnectInit;
}

/** How to reconnect. Times are in milliseconds. */
export interface ReconnectInit {
  /** The reconnection time until the server sets one with `retry`. Defaults to 3000. */
  initialDelay?: number;
  /**
   * The longest delay that attempts which fail in a row lead to. A `retry` or `Retry-After` that is longer still holds.
   * Defaults to 30,000.
   */
  maxDelay?: number;
  /**
   * How many attempts may fail in a row before the source is CLOSED. Attempts that led to an event, or to a connection of a
   * second or more, do not count. Defaults to Infinity.
   */
  maxAttempts?: number;
  /**
   * The statuses of refused responses after which there is another attempt, not sooner than a `Retry-After` says. Defaults
   * to none. From another origin the header is seen if `Access-Control-Expose-Headers` names it.
   */
  statuses?: Iterable<number>;
}

/** The events that a source fires by itself; a server may send any others, each a MessageEvent. */
export interface EventSourceEventMap {
  /** The connection was lost and comes back by itself, or, if `readyState` is CLOSED, has failed for good. */
  error: Event;
  /** An event of the server that has no name of its own. */
  message: MessageEvent;
  /** The connection was announced: the server has answered with an event stream. */
  open: Event;
}

/**
 * A connection to a server that sends events, which comes back by itself when it is lost.
 *
 * [HTML Standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface)
 */
export declare class EventSource extends EventTarget {
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

  // `this` is the DOM's type, so that these can be assigned from one to the other.
  onopen: ((this: globalThis.EventSource, ev: Event) => any) | null;
  onmessage: ((this: globalThis.EventSource, ev: MessageEvent) => any) | null;
  onerror: ((this: globalThis.EventSource, ev: Event) => any) | null;

  /** Ends the connection for good; no event follows. */
  close(): void;

  addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, ev: EventSourceEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;

  removeEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, ev: EventSourceEventMap[K]) => any,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => any,
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
