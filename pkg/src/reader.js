// From the engine's notices to what a face hands out: JavaScript strings are made here, each once.
import { StreamEvent } from "./message-event.js";

/** What Connection.next() returns; the same numbers as in crates/npm. */
export const NOTICE = { NONE: 0, OPEN: 1, EVENT: 2, RECONNECTING: 3, FAILED: 4, SUSPENDED: 5, COMMENT: 6 };

/** Reads one connection's events. */
export class Reader {
  #connection;

  constructor(connection) {
    this.#connection = connection;
  }

  /** That of the last notice, which was an EVENT. */
  event() {
    const connection = this.#connection;
    return new StreamEvent(
      connection.eventType(),
      connection.data(),
      connection.lastEventId(),
      connection.origin(),
    );
  }
}
