// Turns the engine's actions into events. It makes each JavaScript string once.
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

/** The text as a string of its own. JavaScript engines copy a joined string when they look into it. */
function copyOf(text) {
  return ` ${text}`.slice(1);
}

/**
 * Takes the actions of one engine. Many small events come in one batch: a text in pages, each decoded at once, with the places of
 * each event in it. A string that is cut out of another one keeps all of it in memory. So an event keeps one page, and no more. The
 * events are handed out one by one. Before anything else is asked of the engine, it is told how many were handed out.
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
  /** The number of the current event in the batch. */
  #index = 0;
  #places;
  /** Those that follow the page of the event at hand. */
  #pages = [];
  #page;
  #pageStart = 0;
  #pageEnd = 0;
  /** Whether they were cut out of this page. */
  #isTypeInPage = false;
  #isIdInPage = false;

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
      this.#pages.length = 0;
      this.#page = "";
    }
    return action;
  }

  /** Tells the engine which events were taken. Call this before you ask it anything else. */
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

  /** The event of the last action, if that is to dispatch one. Call this at least once: the next event says only what differs. */
  get event() {
    return (this.#event ??= this.#index > 0 ? this.#readNext() : this.#readFirst());
  }

  /** The comment of the last action, if there is one. */
  get comment() {
    return (this.#comment ??= this.#engine.comment);
  }

  /** The current event. Decodes the text of the events behind it, too. */
  #readFirst() {
    const engine = this.#engine;
    this.#leavePage(this.#answer & ANSWER_NEW_TYPE, this.#answer & ANSWER_NEW_LAST_EVENT_ID);
    if (this.#answer & ANSWER_NEW_TYPE) {
      this.#type = engine.eventType;
    }
    if (this.#answer & ANSWER_NEW_LAST_EVENT_ID) {
      this.#lastEventId = engine.lastEventId;
    }
    const count = this.#answer >>> ANSWER_COUNT_SHIFT;
    let data;
    if (count > 1 && this.#readPages(count)) {
      this.#count = count;
      data = this.#page.slice(0, this.#places[0]);
    } else {
      data = decode(engine.eventBytes);
    }
    return new StreamEvent(this.#type, data, this.#lastEventId, this.origin);
  }

  /** Returns whether the text is in UTF-8. */
  #readPages(count) {
    const bytes = this.#engine.eventBytes;
    const places = this.#engine.places;
    const pages = [];
    let start = 0;
    for (let at = count * PLACES; start < bytes.length || pages.length === 0; at += 1) {
      const page = decodeStrictly(bytes.subarray(start, places[at]));
      if (page === null) {
        // The places would be wrong. The engine hands these events over one by one.
        this.#engine.settle(0);
        return false;
      }
      pages.push(page);
      start = places[at];
    }
    this.#places = places.slice(0, count * PLACES);
    this.#pages = pages;
    this.#pageEnd = 0;
    this.#turnPage();
    return true;
  }

  #readNext() {
    const places = this.#places;
    const at = this.#index * PLACES;
    const startOfData = places[at - 1];
    const endOfData = places[at];
    const endOfId = places[at + 1];
    const endOfType = places[at + 2];
    if (endOfType > this.#pageEnd) {
      this.#leavePage(endOfType > endOfId, endOfId > endOfData);
      this.#turnPage();
    }
    const page = this.#page;
    const start = this.#pageStart;
    if (endOfId > endOfData) {
      this.#lastEventId = page.slice(endOfData - start, endOfId - start);
      this.#isIdInPage = true;
    }
    if (endOfType > endOfId) {
      this.#type = page.slice(endOfId - start, endOfType - start);
      this.#isTypeInPage = true;
    }
    const data = page.slice(startOfData - start, endOfData - start);
    return new StreamEvent(this.#type, data, this.#lastEventId, this.origin);
  }

  #turnPage() {
    this.#page = this.#pages.shift();
    this.#pageStart = this.#pageEnd;
    this.#pageEnd += this.#page.length;
  }

  /** The next event is not in this page. If its type and ID are not new, they are those of an event before it. */
  #leavePage(hasNewType, hasNewId) {
    if (this.#isTypeInPage && !hasNewType) {
      this.#type = copyOf(this.#type);
    }
    if (this.#isIdInPage && !hasNewId) {
      this.#lastEventId = copyOf(this.#lastEventId);
    }
    this.#isTypeInPage = this.#isIdInPage = false;
  }
}
