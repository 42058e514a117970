// A member of a group as the platform sees it: its channel and its locks, from joining until leaving.
import { NEWS_DEPOSED, NEWS_GRANTED, NEWS_JOINED, NEWS_LEADS, NEWS_LEADS_NOT, NEWS_MESSAGE, NEWS_UNAVAILABLE } from "../engine/constants.js";
import { Channel } from "./channel.js";
import { hasLocks, Locks } from "./locks.js";

/** Does what the engine wants of the platform, and tells it by `tell(news, bytes)` what comes of it. */
export class Membership {
  #tell;
  #channel;
  #locks;
  #isOver = false;

  constructor(group, id, tell) {
    // What was under way when the member left is nobody's news any more.
    this.#tell = (...news) => this.#isOver || tell(...news);
    try {
      this.#channel = new Channel(group, (message) => this.#tell(NEWS_MESSAGE, message));
    } catch {
      this.#tell(NEWS_UNAVAILABLE);
      return;
    }
    if (hasLocks()) {
      this.#locks = new Locks(group, id.toString(16));
      this.#locks.join(
        () => this.#tell(NEWS_JOINED),
        () => this.#tell(NEWS_UNAVAILABLE),
      );
    } else {
      this.#tell(NEWS_JOINED);
    }
  }

  post(bytes) {
    this.#channel.post(bytes);
  }

  postToAll(bytes) {
    this.#channel.postToAll(bytes);
  }

  lead(steal) {
    this.#locks.lead(
      steal,
      () => this.#tell(NEWS_GRANTED),
      (wasHeld) => this.#tell(wasHeld ? NEWS_DEPOSED : NEWS_UNAVAILABLE),
    );
  }

  resign() {
    this.#locks.resign();
  }

  async callRoll() {
    try {
      const { ids, leads } = await this.#locks.callRoll();
      const members = new BigUint64Array(ids.map((id) => BigInt(`0x${id}`)));
      this.#tell(leads ? NEWS_LEADS : NEWS_LEADS_NOT, new Uint8Array(members.buffer));
    } catch {
      this.#tell(NEWS_UNAVAILABLE);
    }
  }

  leave() {
    this.#isOver = true;
    this.#locks?.leave();
    this.#channel?.close();
  }
}
