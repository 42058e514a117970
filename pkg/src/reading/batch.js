// Turns the engine's actions into events. JavaScript's strings are made here, each once.
import {
  ACTION_DISPATCH,
  ACTION_NOTHING,
  ANSWER_ACTION,
  ANSWER_COUNT_SHIFT,
  ANSWER_NEW_LAST_EVENT_ID,
  ANSWER_NEW_TYPE,
} from "../engine/constants.js";
import { decode } from "../engine/engine.js";
import { StreamEvent } from "../event-source/message-event.js";

/** How many places each event has: where its data ends, its ID, its type. */
const PLACES = 3;

let strictDecoder;

/** The text of bytes in UTF-8; null if they are malformed. */
function decodeStrictly(bytes) {
  strictDecoder ??= new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * Takes the actions of one engine. Many small events come in one batch: one text, decoded at once, with the places of each
 * event in it. They are handed out one by one, and the engine is told how far that has gone before anything else is asked.
 */
export class Batch {
  /** That of the events. */
  origin;
  #engine;
  /** The engine's last answer. */
  #answer = 0;
  #event = null;
  #comment;
  /** Of the event before. */
  #type;
  #lastEventId;
  #count = 0;
  /** Which event of the batch is at hand. */
  #index = 0;
  #text = "";
  #places;

  constructor(engine) {
    this.#engine = engine;
  }

  /** The next action. */
  next() {
    this.#event = null;
    if (this.#index + 1 < this.#count) {
      this.#index += 1;
      return ACTION_DISPATCH;
    }
    this.settle();
    this.#comment = undefined;
    this.#answer = this.#engine.next();
    const action = this.#answer & ANSWER_ACTION;
    if (action === ACTION_NOTHING) {
      // Do not keep the batch's text alive while idle.
      this.#text = "";
    }
    return action;
  }

  /** Tells the engine which events were taken. To be called before anything else is asked of it. */
  settle() {
    if (this.#index > 0) {
      this.#engine.settle(this.#index + 1);
      this.#index = 0;
    }
    this.#count = 0;
  }

  /** As of the last action. */
  get lastEventId() {
    return this.#index > 0 ? this.#lastEventId : this.#engine.lastEventId;
  }

  /** The event of the last action, if that is to dispatch one. To be called at least once: the next event is told by what differs. */
  get event() {
    return (this.#event ??= this.#index > 0 ? this.#readNext() : this.#readFirst());
  }

  /** The comment of the last action, if there is one. */
  get comment() {
    return (this.#comment ??= this.#engine.comment);
  }

  /** The event at hand, and with it the text of those after it. */
  #readFirst() {
    const engine = this.#engine;
    if (this.#answer & ANSWER_NEW_TYPE) {
      this.#type = engine.eventType;
    }
    if (this.#answer & ANSWER_NEW_LAST_EVENT_ID) {
      this.#lastEventId = engine.lastEventId;
    }
    const count = this.#answer >>> ANSWER_COUNT_SHIFT;
    let data = count > 1 ? decodeStrictly(engine.eventBytes) : decode(engine.eventBytes);
    if (data === null) {
      // The places would not fit. The engine has these events come one by one.
      engine.settle(0);
      data = decode(engine.eventBytes);
    } else if (count > 1) {
      this.#count = count;
      this.#text = data;
      this.#places = engine.places(count * PLACES);
      data = data.slice(0, this.#places[0]);
    }
    return new StreamEvent(this.#type, data, this.#lastEventId, this.origin);
  }

  #readNext() {
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
    return new StreamEvent(this.#type, text.slice(places[at - 1], endOfData), this.#lastEventId, this.origin);
  }
}
