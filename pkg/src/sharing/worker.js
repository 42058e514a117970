// `serve()`: the connections of groups in an application's SharedWorker. Its tabs are members that never lead.
import { probe } from "../driver/cors-probe.js";
import { isDenied } from "../driver/local-network.js";
import { watchPage } from "../driver/page-events.js";
import { ACTION_DISPATCH, ACTION_FAIL, ACTION_NOTHING, ARBITER_HERE, NEWS_JOINED, NEWS_MESSAGE } from "../engine/constants.js";
import { loadEngine } from "../engine/inline.js";
import { readSourceInit } from "../event-source/init.js";
import { clearTimeout, now, setTimeout } from "../platform.js";
import { SharedDriver } from "./driver.js";
import { KIND } from "./port.js";

/** As that of the class, in bytes. */
const READ_AHEAD = 2 ** 20;

/** After so long a silence a member is asked whether it is there, in milliseconds. A tab that has crashed cannot say that it leaves. */
const ASK_AFTER = 30_000;
/** After so long a silence it is gone. */
const GONE_AFTER = 90_000;

/** By name. */
const groups = new Map();

/** Serves the tabs that connect to this worker from now on. */
export function serve() {
  globalThis.addEventListener("connect", ({ ports: [port] }) => {
    port.addEventListener("message", ({ data }) => receive(data, port));
    port.start();
  });
}

function receive(data, port) {
  const kind = data?.[KIND];
  if (typeof kind !== "string") {
    return;
  }
  const { group: name, member, bytes } = data;
  const answer = (what) => port.postMessage({ [KIND]: what, group: name, member });
  if (kind === "join") {
    join(data, port, answer);
    return;
  }
  const group = groups.get(name);
  if (group?.heardOf(member)) {
    group.take(kind, member, bytes);
  } else if (kind !== "leave") {
    answer("unknown");
  }
}

async function join({ group: name, member, url, init, replay, linger }, port, answer) {
  try {
    const module = await loadEngine();
    if (!groups.has(name)) {
      const settings = Object.assign(readSourceInit(init), { readAhead: READ_AHEAD, watchPage, probe, isDenied });
      groups.set(name, new Group(module, url, settings, { replay, linger }, () => groups.delete(name)));
    }
    groups.get(name).enter(member, port, (kind, rest) => port.postMessage({ [KIND]: kind, group: name, member, ...rest }));
    answer("joined");
  } catch {
    answer("unavailable");
  }
}

/** One group: its connection, and its members by their addresses. */
class Group {
  #members = new Map();
  #driver;
  #linger;
  #lingering;
  #watch;
  #ended;
  #hasBegun = false;
  /** Tells the engine. */
  #tell;

  constructor(module, url, settings, { replay, linger }, ended) {
    this.#linger = linger;
    this.#ended = ended;
    const join = ({ tell }) => {
      this.#tell = tell;
      return this;
    };
    settings.shared = { arbiter: ARBITER_HERE, replay, linger: 0, join };
    // Its face is nobody's. It is only kept from filling up.
    this.#driver = new SharedDriver(module, { url }, settings, () => queueMicrotask(() => this.#drain()));
    this.#watch = setTimeout(() => this.#look(), ASK_AFTER);
  }

  enter(member, port, send) {
    clearTimeout(this.#lingering);
    this.#members.set(member, { send, heardAt: now() });
    // Few browsers say that the other end is gone.
    port.addEventListener("close", () => this.#forget(member));
  }

  /** Returns whether it is a member. */
  heardOf(member) {
    const entry = this.#members.get(member);
    if (entry !== undefined) {
      entry.heardAt = now();
    }
    return entry !== undefined;
  }

  take(kind, member, bytes) {
    if (kind === "leave") {
      this.#forget(member);
    } else if (bytes instanceof Uint8Array) {
      this.#begin();
      this.#relay(bytes, kind === "post-to-all" ? undefined : member);
      this.#tell(NEWS_MESSAGE, bytes);
    }
  }

  /** Connects when the first member has said that it listens: what came before would be nobody's. */
  #begin() {
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      this.#tell(NEWS_JOINED);
    }
  }

  // As `Membership`, for the driver.

  post(bytes) {
    this.#relay(bytes);
  }

  postToAll(bytes) {
    this.#relay(bytes);
    this.#tell(NEWS_MESSAGE, bytes);
  }

  leave() {}

  #relay(bytes, except) {
    for (const [member, { send }] of this.#members) {
      if (member !== except) {
        send("message", { bytes });
      }
    }
  }

  #forget(member) {
    if (this.#members.delete(member) && this.#members.size === 0) {
      clearTimeout(this.#lingering);
      this.#lingering = setTimeout(() => this.#end(), this.#linger);
    }
  }

  #look() {
    for (const [member, { send, heardAt }] of this.#members) {
      const silence = now() - heardAt;
      if (silence >= GONE_AFTER) {
        this.#forget(member);
      } else if (silence >= ASK_AFTER) {
        send("there?");
      }
    }
    this.#watch = setTimeout(() => this.#look(), ASK_AFTER);
  }

  #drain() {
    try {
      let action;
      do {
        action = this.#driver.next();
        if (action === ACTION_DISPATCH) {
          this.#driver.reset();
        } else if (action === ACTION_FAIL) {
          this.#end();
        }
      } while (action !== ACTION_NOTHING && !this.#driver.isClosed);
    } catch {
      // The engine has failed. Whoever is left joins another one.
      this.#members.forEach(({ send }) => send("unknown"));
      this.#end();
    }
  }

  #end() {
    clearTimeout(this.#lingering);
    clearTimeout(this.#watch);
    this.#members.clear();
    this.#driver.close();
    this.#ended();
  }
}
