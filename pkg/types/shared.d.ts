// The same class. Its sources can share a connection with other tabs, frames and workers of the origin.
import type { ByteStream, EventSourceInit } from "./index.js";
import { EventSource as LoneEventSource } from "./index.js";

export * from "./index.js";

/** The options of an EventSource of this entry: the second argument of its constructor. */
export interface SharedEventSourceInit extends EventSourceInit {
  /**
   * Whether the source shares its connection with sources of the same origin that have the same request. Defaults to false.
   *
   * They may be in this tab, in other tabs and frames, and in workers. `true` is the same as `{}`. Without this option the source has a
   * connection of its own.
   *
   * Two sources share if all of this is the same: the URL, credentials, method, headers, body and other options of the request; the
   * options `lastEventId`, `idleTimeout`, `connectTimeout`, `maxEventSize` and `reconnect`; the `key`; and the version of this package.
   * Cookies are not compared. When a user logs out, close the sources, or use a `key` for each user.
   *
   * From the moment when it joins, each source gets every event once and in order. If the source that holds the connection goes away,
   * another source connects, with the last event ID. If there is no ID, events may be missing. Then an `error` event with the reason
   * `handed-over` is fired, followed by `open`.
   *
   * An event that has arrived is delivered to all sources, even after `reconnect()`. A loop that does not ask for events stops the
   * reading of the body only when it is 1 MiB behind. A source that stays that far behind gets a connection of its own: after a second if it takes nothing,
   * after ten seconds if it is slow.
   *
   * @example shared: { key: userId }
   * @throws {TypeError} if it has a bad value. Also with the option `resume`, and if the method is not GET and `reconnect` is not set, because the request is sent again
   * when another source takes over. Also without a `key` if there is something that cannot be compared: a function for `headers`, `body`
   * or `reconnect.retryIf`, a `body` that is neither a string nor `URLSearchParams`, or a `fetch`
   */
  shared?: boolean | SharedInit | null;
}

/** How a connection is shared. */
export interface SharedInit {
  /**
   * A name for the group: sources with different keys never share. Defaults to none.
   *
   * Sources with the same key must have the same functions, because only those of the source that holds the connection are called.
   *
   * @throws {TypeError} if it is not a string
   */
  key?: string;
  /**
   * How many of the latest events a source gets when it joins an open connection. Defaults to 0.
   *
   * Use it if your server sends its state to each new connection. The source that holds the connection stores as many events as its own
   * `replay` says, and at most 256 KiB. So give all sources the same number.
   *
   * @throws {TypeError} if it is not an integer from 0 to 4294967295
   */
  replay?: number;
  /**
   * How long the connection stays open after `close()` of the source that holds it, in milliseconds. Defaults to 0.
   *
   * A source that is made in this time joins without a new request. When the time is over, another source of the group connects; if there
   * is none, the connection is closed. Leaving the page closes it at once. With `worker`, the time begins when the last source is closed.
   *
   * @throws {TypeError} if it is not an integer from 0 to 2147483647
   */
  linger?: number;
  /**
   * A SharedWorker of your application that holds the connection instead of a tab. Defaults to none.
   *
   * Its script calls `serve()` of `wasm-eventsource/shared-worker`. It also works in insecure contexts. If the worker does not answer
   * within 5 seconds, or dies, the source has a connection of its own. Use the worker's port for nothing else.
   *
   * @throws {TypeError} if it is not a SharedWorker, or if another option is a function, which cannot be sent to it
   */
  worker?: SharedWorkerLike | null;
}

/** The part of a SharedWorker that is used. */
export interface SharedWorkerLike {
  readonly port: EventTarget & { start(): void; postMessage(message: any): void };
}

/** The class of `wasm-eventsource`, with the option `shared` and the attribute `shared`. */
export declare class EventSource<Payloads extends object = Record<string, any>> extends LoneEventSource<Payloads> {
  /**
   * Starts to connect.
   *
   * @throws {DOMException} a SyntaxError if the URL cannot be parsed
   * @throws {TypeError} if an option has a bad value, or the platform lacks something that a source needs. The message names it
   */
  constructor(url: string | URL, eventSourceInitDict?: SharedEventSourceInit);

  /**
   * The role of the source in its group. It can change at any time, without an event. It is undefined without the option `shared`.
   *
   * - `"leader"`: it holds the connection
   * - `"member"`: it gets its events from the leader, or waits for one
   * - `"alone"`: it has a connection of its own. The platform has no `BroadcastChannel`, or blocks it or the locks; or the worker did not
   *   answer; or the source was too slow
   */
  readonly shared: "leader" | "member" | "alone" | undefined;

  static fromReadableStream(stream: ByteStream): EventSource;
}
