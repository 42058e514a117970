// The same class, whose sources can share a connection: over all tabs and workers of the origin.
import type { ByteStream, EventSourceInit } from "./index.js";
import { EventSource as LoneEventSource } from "./index.js";

export * from "./index.js";

/** The second argument of the constructor. */
export interface SharedEventSourceInit extends EventSourceInit {
  /**
   * Whether the source shares its connection with others of the same origin that have the same request: in this tab, in other tabs and
   * frames, and in workers. `true` is the same as `{}`. Defaults to false: it has a connection of its own.
   *
   * Two requests are the same if their URL, credentials, method, headers, body and other options of the request are the same, the
   * initial `lastEventId`, `idleTimeout`, `maxEventSize` and `reconnect`, and the `key`. They have to come from the same version of this
   * package. Cookies are not compared: whoever logs out has to close its sources, or use a `key` for each user.
   *
   * Each source gets every event from the moment it joins, in order, none twice, whatever becomes of the others. If the source that has
   * the connection is gone, another one makes a connection, with the last event ID. Without an ID events may be missing then: there
   * is an `error` event of the reason `handed-over`, and an `open` event.
   *
   * A source works ahead of its listeners: what has come to the origin is told to all. So `reconnect()` drops nothing, and a loop
   * that asks for no event does not slow the server until it is 1 MiB behind. A source that stays behind for a second has a connection
   * of its own from then on.
   *
   * @throws {TypeError} with a bad value; with a method other than `"GET"` and no `reconnect`, because the request is sent again when
   * another source takes over; and without a `key`, if there is something that cannot be compared: a function of `headers`, `body` or
   * `reconnect.retryIf`, a `body` that is no string or `URLSearchParams`, or a `fetch`
   */
  shared?: boolean | SharedInit | null;
}

/** How a connection is shared. */
export interface SharedInit {
  /**
   * Sources with different keys never share. Sources with the same key have the same functions: only one of them is called, that of the
   * source that has the connection. Defaults to none.
   */
  key?: string;
  /**
   * How many of the last events a source is given when it joins a connection that is there. For servers that send their state to each
   * new connection. There are not more than the source with the connection keeps, which is as many as its own `replay` says, up to
   * 256 KiB. Defaults to 0.
   *
   * @throws {TypeError} unless it is an integer from 0 to 4294967295
   */
  replay?: number;
  /**
   * How long the connection stays when the last source is closed by `close()`, in milliseconds, for one that comes in this time. Defaults to
   * 0. It does not stay longer than its document.
   *
   * @throws {TypeError} unless it is an integer from 0 to 2147483647
   */
  linger?: number;
  /**
   * A SharedWorker of the application that has the connection, so that no tab has it. Its script calls `serve()` of
   * `wasm-eventsource/shared-worker`. With it, tabs share in insecure contexts, too, as well as in secure ones. If the worker does not
   * answer within 5 seconds, or dies, the source has a connection of its own. Use its port for nothing else. Defaults to none.
   *
   * @throws {TypeError} if it is no SharedWorker, or there is an option that cannot be sent to it: a function, or a `fetch`
   */
  worker?: SharedWorkerLike | null;
}

/** What a SharedWorker has. */
export interface SharedWorkerLike {
  readonly port: EventTarget & { start(): void; postMessage(message: any): void };
}

/** As the class of `wasm-eventsource`, with the option and the attribute `shared`. */
export declare class EventSource<Payloads extends object = Record<string, any>> extends LoneEventSource<Payloads> {
  /**
   * Starts to connect.
   *
   * @throws {DOMException} a SyntaxError if the URL cannot be parsed
   * @throws {TypeError} with a bad option, or if the platform lacks something that a source needs. The message names it
   */
  constructor(url: string | URL, eventSourceInitDict?: SharedEventSourceInit);

  /**
   * What the source is among those that share its connection. Undefined if it does not share.
   *
   * - `"leader"`: it has the connection
   * - `"member"`: another one has it, or will have it in a moment
   * - `"alone"`: it has a connection of its own, because the platform has no channel or refuses locks, or because it was too slow
   */
  readonly shared: "leader" | "member" | "alone" | undefined;

  static fromReadableStream(stream: ByteStream): EventSource;
}
