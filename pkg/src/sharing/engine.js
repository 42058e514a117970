// The engine of a source that shares a connection: one like any other, with a side for its group.
import { NEWS_MESSAGE, NUMBER_IS_OVER, NUMBER_ROLE, TEXT_GROUP, TEXT_ORIGIN, TEXT_POST, TEXT_REQUEST_ID } from "../engine/constants.js";
import { decode, encode, Engine } from "../engine/engine.js";
import { now } from "../platform.js";

const NOTHING = new Uint8Array();

/** As an `Engine`; and what is to be done for the group, as `work` says it. */
export class SharedEngine extends Engine {
  /** It was asked for an action since this was last set to false. Then there may be work. */
  isAsked = false;

  /** `member` is `{ id, arbiter, replay, linger, isVisible }`. */
  constructor(module, settings, lastEventId, { id, arbiter, replay, linger, isVisible }, broken) {
    const [low, high] = [Number(id & 0xffffffffn), Number(id >> 32n)];
    const create = (given) => module.shared_create(given, low, high, arbiter, replay, linger, isVisible);
    super({ ...module, engine_create: create }, settings, lastEventId, true, broken);
  }

  /** As that of an `Engine`; but no action is for the connection. */
  next() {
    this.isAsked = true;
    return super.next();
  }

  /** What to do next for the group. */
  work() {
    this.#tellTime();
    return this.invoke((module, pointer) => module.shared_work(pointer));
  }

  /** Takes note of news of the group. */
  tell(news, bytes = NOTHING) {
    this.#tellTime();
    this.invoke((module, pointer) => {
      this.handIn(bytes);
      module.shared_tell(pointer, news);
    });
  }

  hear(message) {
    this.tell(NEWS_MESSAGE, message);
  }

  command(command) {
    this.#tellTime();
    return super.command(command);
  }

  verify(staleAfter, timeout) {
    this.#tellTime();
    return super.verify(staleAfter, timeout);
  }

  /** The name of the group of everybody with the same text. */
  groupOf(identity) {
    this.handIn(encode(identity));
    return decode(this.textOf(TEXT_GROUP));
  }

  /** What to post, as bytes of their own. */
  get message() {
    return this.textOf(TEXT_POST).slice();
  }

  /** The last event ID of the next request. That of the face may be older. */
  get requestId() {
    return decode(this.textOf(TEXT_REQUEST_ID));
  }

  /** Of the events. */
  get origin() {
    return decode(this.textOf(TEXT_ORIGIN));
  }

  /** What the source is in its group. */
  get role() {
    return this.numberOf(NUMBER_ROLE);
  }

  /** Whether nothing is left of the source in its group. */
  get isDone() {
    return this.numberOf(NUMBER_IS_OVER) === 1;
  }

  #tellTime() {
    this.invoke((module, pointer) => module.shared_clock(pointer, now(), Math.random()));
  }
}
