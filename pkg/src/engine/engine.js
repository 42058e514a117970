// The calls of the engine's module, under names. crates/npm/src/constants.rs says what the numbers mean.
import { now } from "../platform.js";
import {
  COMMAND_CLOSE,
  NUMBER_ATTEMPT,
  NUMBER_PLACES,
  NUMBER_RECONNECTION_TIME,
  NUMBER_RECONNECTS_IN,
  NUMBER_STATUS,
  NUMBER_UNTIL,
  TEXT_BODY,
  TEXT_COMMENT,
  TEXT_EVENTS,
  TEXT_EVENT_TYPE,
  TEXT_LAST_EVENT_ID,
  TEXT_MESSAGE,
  TEXT_REASON,
} from "./constants.js";

let encoder;
let decoder;

/** The bytes of a text in UTF-8. */
export function encode(text) {
  return (encoder ??= new TextEncoder()).encode(text);
}

/** The text of bytes in UTF-8. Malformed bytes become U+FFFD. */
export function decode(bytes) {
  return (decoder ??= new TextDecoder("utf-8", { ignoreBOM: true })).decode(bytes);
}

/** The module's exports, and what its stack was before anything ran on it. */
export function moduleOf({ exports }) {
  return { ...exports, top: exports.__stack_pointer.value };
}

/**
 * One source's engine. If the module traps, which is our own fault, `fault` is the exception. From then on the methods of this
 * engine do nothing. Other engines of the module go on.
 */
export class Engine {
  fault;
  #module;
  #broken;
  /** The engine's address in the module's memory; 0 when it is over, undefined while it is made. */
  #pointer;

  /**
   * `module` is what `moduleOf` has made. `settings` are pairs of a setting's number and its value. With `hasRequest` the
   * engine asks for a request; without, for a body that is there already. `broken` is called after a fault.
   */
  constructor(module, settings, lastEventId, hasRequest, broken) {
    this.#module = module;
    this.#broken = broken;
    this.#pointer = this.invoke(() => this.#create(settings, lastEventId, hasRequest));
  }

  #create(settings, lastEventId, hasRequest) {
    const module = this.#module;
    const pointer = module.settings_create();
    for (const [setting, value] of settings) {
      module.settings_set(pointer, setting, value);
    }
    const id = encode(lastEventId);
    this.#bytes(module.settings_last_event_id(pointer, id.length), id.length).set(id);
    return module.engine_create(pointer, hasRequest);
  }

  /** What to do next: an action, and what is new of an event. */
  next() {
    return this.invoke(() => this.#module.engine_next(this.#pointer, now(), Math.random()));
  }

  /**
   * A response has come. Returns 1 if it announces the connection. If not, `refused` has to follow; if so and it is not readable,
   * SIGNAL_UNUSABLE.
   */
  response({ status, retryAfter, contentType, isReadable }) {
    return this.invoke(() => {
      this.handIn(encode(contentType));
      return this.#module.engine_response(this.#pointer, status, retryAfter, isReadable);
    });
  }

  /** What follows from a response that does not announce the connection: another attempt, after this delay if the user has chosen one. */
  refused({ status, retryAfter, contentType }, retries, delay = -1) {
    this.invoke(() => {
      this.handIn(encode(contentType));
      this.#module.engine_refused(this.#pointer, status, retryAfter, retries, delay);
    });
  }

  receive(signal, message = "") {
    this.invoke(() => {
      this.handIn(encode(message));
      this.#module.engine_receive(this.#pointer, signal);
    });
  }

  /** A chunk of the body. It is ignored if no action has asked for it. Throws if the bytes are gone. */
  chunk(bytes) {
    // Their buffer may have been transferred since they were read. `set` would notice that too late.
    bytes.keys();
    this.invoke(() => {
      const start = this.#module.engine_chunk(this.#pointer, bytes.length);
      if (start !== 0) {
        this.#bytes(start, bytes.length).set(bytes);
      }
    });
  }

  /** Returns 1 if the connection is to be let go of. Most commands have no text. */
  command(command, text) {
    return this.invoke(() => {
      if (text !== undefined) {
        this.handIn(encode(text));
      }
      return this.#module.engine_command(this.#pointer, command);
    });
  }

  /** Finds out whether the connection is alive. Returns 1 if there will be an answer. */
  verify(staleAfter, timeout) {
    return this.invoke(() => this.#module.engine_verify(this.#pointer, staleAfter, timeout));
  }

  /** Says how many of the events that were read ahead are taken; 0 if their text cannot be decoded. */
  settle(events) {
    this.invoke(() => this.#module.engine_settle(this.#pointer, events));
  }

  /** When to ask for the next action, on the clock of `performance.now()`. */
  get until() {
    return this.numberOf(NUMBER_UNTIL);
  }

  get reconnectionTime() {
    return this.numberOf(NUMBER_RECONNECTION_TIME);
  }

  get lastEventId() {
    return decode(this.textOf(TEXT_LAST_EVENT_ID));
  }

  get eventType() {
    return decode(this.textOf(TEXT_EVENT_TYPE));
  }

  get comment() {
    return decode(this.textOf(TEXT_COMMENT));
  }

  /** The data of the events at hand, as bytes that are good until the next call. */
  get eventBytes() {
    return this.textOf(TEXT_EVENTS);
  }

  /** The places of the events in their text, and behind them the ends of its pages. They are good until the next call. */
  get places() {
    return new Uint32Array(this.#module.memory.buffer, this.numberOf(NUMBER_PLACES));
  }

  /** Why there is no connection. `reconnectsIn` is in milliseconds, and undefined where no attempt follows. */
  get failure() {
    const reconnectsIn = this.numberOf(NUMBER_RECONNECTS_IN);
    return {
      reason: decode(this.textOf(TEXT_REASON)),
      // Of what is no event stream.
      body: decode(this.textOf(TEXT_BODY)) || undefined,
      message: decode(this.textOf(TEXT_MESSAGE)),
      status: this.numberOf(NUMBER_STATUS) || undefined,
      attempt: this.numberOf(NUMBER_ATTEMPT),
      reconnectsIn: reconnectsIn < 0 ? undefined : reconnectsIn,
    };
  }

  /** Closes the source, and gives back its memory. */
  free() {
    this.invoke(() => {
      this.#module.engine_command(this.#pointer, COMMAND_CLOSE);
      this.#module.engine_destroy(this.#pointer);
    });
    this.#pointer = 0;
  }

  // What an engine of more than that uses, too.

  numberOf(which) {
    return this.invoke(() => this.#module.engine_number(this.#pointer, which));
  }

  textOf(which) {
    const length = this.invoke(() => this.#module.engine_text_length(this.#pointer, which));
    return this.#bytes(this.invoke(() => this.#module.engine_text_start(this.#pointer)), length);
  }

  /** Hands over the text for the next call, as bytes. */
  handIn(bytes) {
    this.#bytes(this.#module.engine_room(this.#pointer, bytes.length), bytes.length).set(bytes);
  }

  /** A part of the module's memory. Its buffer is replaced when the memory grows. */
  #bytes(start, length) {
    return new Uint8Array(this.#module.memory.buffer, start, length);
  }

  /** What a call of the module returns. After a fault, nothing is called. */
  invoke(call) {
    if (this.#pointer === 0) {
      return 0;
    }
    try {
      return call(this.#module, this.#pointer);
    } catch (error) {
      this.#pointer = 0;
      this.fault = error;
      // The trap may have left anything there.
      this.#module.__stack_pointer.value = this.#module.top;
      this.#broken();
      return 0;
    }
  }
}
