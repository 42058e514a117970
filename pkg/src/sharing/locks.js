// The platform's locks, which say who is a member and who leads. https://w3c.github.io/web-locks/

/** Whether there are any. Insecure contexts have none. */
export function hasLocks() {
  return typeof globalThis.navigator?.locks?.request === "function";
}

/** The locks of one member of a group. */
export class Locks {
  #group;
  #id;
  #member;
  #leader;

  constructor(group, id) {
    this.#group = group;
    this.#id = id;
  }

  /** Takes the member's own lock. `lost` is called if there is none to be had. */
  join(granted, lost) {
    this.#member = new Claim(this.#nameOf(this.#id), {}, granted, lost);
  }

  /** Waits for the leader's lock, or takes it away from whoever has it. `lost` is told whether it was held before. */
  lead(steal, granted, lost) {
    this.resign();
    this.#leader = new Claim(`${this.#group}/leader`, steal ? { steal } : {}, granted, lost);
  }

  /** Gives back the leader's lock, or the place in the queue for it. */
  resign() {
    this.#leader?.end();
    this.#leader = undefined;
  }

  /** The leader's lock last: whoever gets it looks up at once who is a member, and would wait for an answer of this one. */
  leave() {
    this.#member?.end();
    this.resign();
  }

  /** The members that hold their locks, and whether this one holds the leader's. */
  async callRoll() {
    const { held } = await navigator.locks.query();
    const prefix = this.#nameOf("");
    const ids = held.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(prefix.length));
    const clientOf = (wanted) => held.find(({ name }) => name === wanted)?.clientId;
    const leader = clientOf(`${this.#group}/leader`);
    // Another source of this page has the same client. But then this one was told that its lock is gone.
    const leads = this.#leader?.isHeld === true && leader !== undefined && leader === clientOf(this.#nameOf(this.#id));
    return { ids: ids.filter((id) => /^[0-9a-f]{1,16}$/.test(id)), leads };
  }

  #nameOf(member) {
    return `${this.#group}/member/${member}`;
  }
}

/** One lock, from the request for it until its end. After `end` nothing is told any more. */
class Claim {
  isHeld = false;
  #isOver = false;
  #controller = new AbortController();
  #giveBack;

  /** `lost` is told whether the lock was held before. */
  constructor(name, { steal }, granted, lost) {
    const held = new Promise((resolve) => (this.#giveBack = resolve));
    // The platform does not take both.
    const options = steal ? { steal } : { signal: this.#controller.signal };
    const hold = () => {
      if (this.#isOver) {
        return undefined;
      }
      this.isHeld = true;
      granted();
      return held;
    };
    this.#request(name, options, hold, lost);
  }

  end() {
    this.#isOver = true;
    this.isHeld = false;
    this.#giveBack();
    this.#controller.abort();
  }

  async #request(name, options, hold, lost) {
    try {
      await navigator.locks.request(name, options, hold);
    } catch {
      if (!this.#isOver) {
        const wasHeld = this.isHeld;
        this.isHeld = false;
        lost(wasHeld);
      }
    }
  }
}
