// From the engine's notices to what a face hands out: JavaScript strings are made here, each once.
import { StreamEvent } from "./message-event.js";

/** What Connection.next() returns, in its last three bits; the same numbers as in crates/npm. */
export const NOTICE = { NONE: 0, OPEN: 1, EVENT: 2, RECONNECTING: 3, FAILED: 4, SUSPENDED: 5, COMMENT: 6 };

const NOTICES = 7;
// What comes with an EVENT: what is not as it was for the event before.
const NEW_TYPE = 8;
const NEW_LAST_EVENT_ID = 16;
const NEW_ORIGIN = 32;
/** From this bit on: how many events there are in its batch. */
const EVENTS = 6;

/** How many places each of them has: where its data ends, its ID, its type. */
const PLACES = 3;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What is no longer, in bytes, is put together faster than it is decoded. */
const SHORT = 32;

/** Takes one connection's notices. */
export class Reader {
  #connection;
  #memory;
  #response;
  #news = 0;
  #event = null;
  #comment;
  /** Of the event before. */
  #type;
  #lastEventId;
  #origin;
  /** The batch: the last event that the engine has told of, and those that it has read ahead after it. */
  #count = 0;
  #index = 0;
  #text = "";
  #places;

  /** `response`: who knows better than the connection what the `origin()` of the stream is. */
  constructor(connection, response = connection) {
    this.#connection = connection;
    this.#memory = connection.constructor.memory();
    this.#response = response;
  }

  /** Takes the next notice. */
  next() {
    this.#event = null;
    if (this.#index + 1 < this.#count) {
      this.#index += 1;
      return NOTICE.EVENT;
    }
    this.settle();
    const next = this.#connection.next();
    this.#news = next;
    this.#comment = undefined;
    if (next === NOTICE.NONE) {
      // Nobody is to keep it who waits.
      this.#text = "";
    }
    return next & NOTICES;
  }

  /** Tells the engine which events were taken. To be called before anything else is asked of the connection. */
  settle() {
    if (this.#index > 0) {
      this.#connection.settle(this.#index + 1);
      this.#index = 0;
    }
    this.#count = 0;
  }

  /** As of the last notice. */
  get lastEventId() {
    return this.#index > 0 ? this.#lastEventId : this.#connection.lastEventId();
  }

  /** That of the last notice, if it was an EVENT. To be called once at least, for what the next one has of it. */
  event() {
    return (this.#event ??= this.#index > 0 ? this.#readAhead() : this.#read(this.#connection, this.#news));
  }

  /** That of the last notice, if it was a COMMENT. */
  comment() {
    return (this.#comment ??= this.#connection.comment());
  }

  /** The event at hand, and with it the text of those after it. */
  #read(connection, news) {
    if (news & (NEW_TYPE | NEW_LAST_EVENT_ID | NEW_ORIGIN)) {
      this.#renew(connection, news);
    }
    let data = decode(this.#bytes(connection.textStart(), connection.textLength()));
    const count = news >> EVENTS;
    if (data === null) {
      if (count > 1) {
        connection.settle(0);
      }
      data = connection.data();
    } else if (count > 1) {
      this.#count = count;
      this.#text = data;
      // A copy: the engine may need more memory before they are used up.
      this.#places = new Uint32Array(this.#memory.buffer, connection.placesStart(), count * PLACES).slice();
      data = data.slice(0, this.#places[0]);
    }
    return new StreamEvent(this.#type, data, this.#lastEventId, this.#origin);
  }

  #readAhead() {
    const places = this.#places;
    const text = this.#text;
    const at = this.#index * PLACES;
    const endOfData = places[at];
    const endOfId = places[at + 1];
    const endOfType = places[at + 2];
    if (endOfId > endOfData) {
      this.#lastEventId = text.slice(endOfData, endOfId);
    }
    if (endOfType > endOfId) {
      this.#type = text.slice(endOfId, endOfType);
    }
    return new StreamEvent(this.#type, text.slice(places[at - 1], endOfData), this.#lastEventId, this.#origin);
  }

  #renew(connection, news) {
    if (news & NEW_TYPE) {
      this.#type = connection.eventType();
    }
    if (news & NEW_LAST_EVENT_ID) {
      this.#lastEventId = this.#readLastEventId(connection);
    }
    if (news & NEW_ORIGIN) {
      this.#origin = this.#response.origin();
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
