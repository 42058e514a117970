// From the engine's notices to what a face hands out: JavaScript strings are made here, each once.
import { StreamEvent } from "./message-event.js";

/** What Connection.next() returns, in its last three bits; the same numbers as in crates/npm. */
export const NOTICE = { NONE: 0, OPEN: 1, EVENT: 2, RECONNECTING: 3, FAILED: 4, SUSPENDED: 5, COMMENT: 6 };

const NOTICES = 7;
// What comes with an EVENT: what is not as it was for the event before.
const NEW_TYPE = 8;
const NEW_LAST_EVENT_ID = 16;
const NEW_ORIGIN = 32;
const NEW_TEXT = 64;
const NOT_IN_TEXT = 128;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is no longer, in bytes, is put together faster than it is decoded. */
const SHORT = 32;

/** Takes one connection's notices. */
export class Reader {
  #connection;
  #memory;
  #originOf;
  #news = 0;
  #event = null;
  #comment;
  /** Of the event before. */
  #type;
  #lastEventId;
  #origin;
  /** Of a chunk, many events' data. Null where it is malformed, and each event has to be asked for its own. */
  #text = "";

  /** `originOf`: who knows better than the connection where the stream comes from. */
  constructor(connection, originOf = () => connection.origin()) {
    this.#connection = connection;
    this.#memory = connection.constructor.memory();
    this.#originOf = originOf;
  }

  /** Takes the next notice. */
  next() {
    const next = this.#connection.next();
    this.#news = next & ~NOTICES;
    this.#event = null;
    this.#comment = undefined;
    if (next === NOTICE.NONE) {
      // Nobody is to keep it who waits.
      this.#text = "";
    }
    return next & NOTICES;
  }

  /** That of the last notice, if it was an EVENT. To be called once at least, for what the next one has of it. */
  event() {
    return (this.#event ??= this.#read(this.#connection, this.#news));
  }

  /** That of the last notice, if it was a COMMENT. */
  comment() {
    return (this.#comment ??= this.#connection.comment());
  }

  #read(connection, news) {
    if (news & (NEW_TYPE | NEW_LAST_EVENT_ID | NEW_ORIGIN | NEW_TEXT)) {
      this.#renew(connection, news);
    }
    const text = news & NOT_IN_TEXT ? null : this.#text;
    const data = text === null ? connection.data() : text.slice(connection.dataStart(), connection.dataEnd());
    return new StreamEvent(this.#type, data, this.#lastEventId, this.#origin);
  }

  #renew(connection, news) {
    if (news & NEW_TYPE) {
      this.#type = connection.eventType();
    }
    if (news & NEW_LAST_EVENT_ID) {
      this.#lastEventId = this.#readLastEventId(connection);
    }
    if (news & NEW_ORIGIN) {
      this.#origin = this.#originOf();
    }
    if (news & NEW_TEXT) {
      this.#text = decode(this.#bytes(connection.textStart(), connection.textLength()));
    }
  }

  /** Servers that number their events have a new one each time. */
  #readLastEventId(connection) {
    const length = connection.lastEventIdLength();
    if (length > SHORT) {
      return connection.lastEventId();
    }
    let id = "";
    for (const byte of this.#bytes(connection.lastEventIdStart(), length)) {
      if (byte > 127) {
        return connection.lastEventId();
      }
      id += String.fromCharCode(byte);
    }
    return id;
  }

  /** Of the module's memory, whose buffer is another one when it has grown. */
  #bytes(start, length) {
    return new Uint8Array(this.#memory.buffer, start, length);
  }
}

function decode(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
