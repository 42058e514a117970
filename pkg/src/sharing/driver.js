// Performs the work of one source that shares a connection: that of its group, and of the connection where it leads. The engine
// decides what to do.
import {
  ACTION_NOTHING,
  ACTION_OPEN,
  COMMAND_CLOSE,
  COMMAND_COME_BACK,
  COMMAND_EXPECT_BLOCKED,
  COMMAND_ONLINE,
  COMMAND_RECONNECT,
  COMMAND_RESET,
  COMMAND_RESUME,
  COMMAND_SUSPEND,
  NEWS_HIDDEN,
  NEWS_ORIGIN,
  NEWS_VISIBLE,
  WORK_CALL_ROLL,
  WORK_JOIN,
  WORK_LEAD,
  WORK_LEAVE,
  WORK_LET_GO,
  WORK_LET_GO_OF_CANDIDATE,
  WORK_POST,
  WORK_POST_TO_ALL,
  WORK_PROBE,
  WORK_READ,
  WORK_REPLACE,
  WORK_REQUEST,
  WORK_REQUEST_CANDIDATE,
  WORK_RESIGN,
  WORK_STEAL,
  WORK_WAIT,
} from "../engine/constants.js";
import { encode } from "../engine/engine.js";
import { Exchange } from "../driver/exchange.js";
import { isPrerendering } from "../driver/page-events.js";
import { originOf } from "../driver/request.js";
import { Timer } from "../driver/timer.js";
import { Batch } from "../reading/batch.js";
import { SharedEngine } from "./engine.js";

/** By the numbers of the engine. */
const ROLES = ["member", "leader", "alone"];

/** As `Driver` to its face. It works on by itself, for others may depend on it: a face that does not ask holds nobody up. */
export class SharedDriver {
  #settings;
  #wake;
  #engine;
  #batch;
  #exchange;
  #timer = new Timer();
  #url;
  #id = randomId();
  /** Its channel and its locks, while it is in the group. */
  #membership = null;
  #isWorking = false;
  /** The document is in the back/forward cache, or on its way. */
  #isAway = false;
  #isFrozen = false;
  #unwatch;
  /** What the engine said of both, when the driver is closed. */
  #lastEventId;
  #reconnectionTime;
  /** Nothing is left of it in its group. */
  #isOver = false;

  /** As that of a `Driver`. `settings.shared` is what `readShared` has made. */
  constructor(module, { url }, settings, wake) {
    this.#url = url;
    this.#settings = settings;
    this.#wake = wake;
    const broken = () => {
      this.#end();
      wake();
    };
    const { arbiter, replay, linger } = settings.shared;
    const member = { id: this.#id, arbiter, replay, linger, isVisible: this.#isVisible };
    this.#engine = new SharedEngine(module, settings.engine, settings.lastEventId, member, broken);
    this.#batch = new Batch(this.#engine);
    this.#batch.origin = originOf(url);
    this.#exchange = new Exchange(url, settings, this.#engine, () => this.#proceed(), (origin) => this.#cameFrom(origin));
    this.#watch();
    this.#appear();
  }

  /** The next action that is for the face; ACTION_NOTHING if there is none until `wake` is called. */
  next() {
    let action;
    let isDone;
    do {
      action = this.#batch.next();
      // What the face has taken may be what the connection waits for.
      isDone = !this.#engine.isAsked || !this.#work();
      this.#engine.isAsked = false;
    } while (action === ACTION_NOTHING && !isDone);
    if (action === ACTION_OPEN) {
      this.#batch.origin = this.#engine.origin;
    }
    this.#sound();
    return this.isClosed ? ACTION_NOTHING : action;
  }

  get event() {
    return this.#sound(this.#batch.event);
  }

  get comment() {
    return this.#sound(this.#batch.comment);
  }

  /** As that of a `Driver`. What only the leader knows, others are not told: the response, and what was thrown. */
  get failure() {
    const failure = this.#sound(this.#engine.failure);
    const { refusal, cause, place } = this.#exchange;
    const { headers, body = failure.body } = (failure.status && refusal) ?? {};
    return { ...failure, headers, body, cause, ...place };
  }

  get lastEventId() {
    return this.#lastEventId ?? this.#batch.lastEventId;
  }

  get reconnectionTime() {
    return this.#reconnectionTime ?? this.#engine.reconnectionTime;
  }

  /** Work is done while the face waits for its loops: it need not look ahead for a request. */
  get isConnected() {
    return true;
  }

  get isClosed() {
    return this.#lastEventId !== undefined;
  }

  reset() {
    this.#command(COMMAND_RESET);
  }

  /** Has the group make another connection at once. */
  reconnect() {
    this.#command(COMMAND_RECONNECT);
  }

  /** Has the group find out whether its connection is alive. */
  verify(staleAfter, timeout) {
    this.#batch.settle();
    const isPossible = this.#engine.verify(staleAfter, timeout) === 1;
    this.#proceed();
    return isPossible;
  }

  /** Closes the source for good. A leader that lingers keeps its connection for a while. */
  close() {
    if (!this.isClosed) {
      this.#reconnectionTime = this.reconnectionTime;
      this.#lastEventId = this.lastEventId;
      this.#engine.command(COMMAND_CLOSE);
      this.#proceed();
    }
  }

  // What the page tells.

  pageHidden() {
    this.#isAway = true;
    this.#appear();
  }

  pageShown() {
    this.#isAway = false;
    this.#appear();
  }

  /** Also after a freeze. */
  visibilityChanged() {
    this.#isFrozen = false;
    this.#engine.tell(this.#isVisible ? NEWS_VISIBLE : NEWS_HIDDEN);
    this.#appear(COMMAND_COME_BACK);
  }

  online() {
    this.#command(COMMAND_ONLINE);
  }

  /** As that of a `Driver`. */
  requestBlocked(url) {
    const requested = this.#exchange.url;
    if (url === requested.split("#")[0] || url === originOf(requested)) {
      this.#command(COMMAND_EXPECT_BLOCKED);
    }
  }

  get #isVisible() {
    return globalThis.document?.visibilityState !== "hidden";
  }

  #watch() {
    const { watchPage } = this.#settings;
    const unwatch = watchPage?.(this);
    const freeze = () => {
      this.#isFrozen = true;
      this.#appear();
    };
    // The event does not bubble.
    globalThis.addEventListener?.("freeze", freeze, true);
    this.#unwatch = () => {
      unwatch?.();
      globalThis.removeEventListener?.("freeze", freeze, true);
    };
  }

  /** Is in the group or not, as the page is there or not. */
  #appear(command = COMMAND_RESUME) {
    const { closeWhenHidden } = this.#settings;
    const isAway = this.#isAway || this.#isFrozen || isPrerendering() || (closeWhenHidden && !this.#isVisible);
    this.#command(isAway ? COMMAND_SUSPEND : this.#isVisible ? command : COMMAND_RESUME);
    if (isAway && this.isClosed) {
      // It does not linger in a page that is put away.
      this.#end();
    }
  }

  #command(command) {
    if (!this.#isOver) {
      this.#batch.settle();
      this.#engine.command(command);
      this.#proceed();
    }
  }

  #tell(news, bytes) {
    this.#engine.tell(news, bytes);
    this.#proceed();
  }

  #cameFrom(origin) {
    this.#engine.tell(NEWS_ORIGIN, encode(origin));
  }

  /** Does what there is to do, and has the face look. */
  #proceed() {
    this.#work();
    this.#wake();
  }

  /** Returns whether there was anything to do. What a request does to the page may lead here again: the first call does it all. */
  #work() {
    if (this.#isWorking || this.#isOver) {
      return false;
    }
    this.#isWorking = true;
    let count = 0;
    while (this.#perform(this.#engine.work())) {
      count += 1;
    }
    this.#isWorking = false;
    this.#settings.shared.role = ROLES[this.#engine.role];
    if (this.#engine.isDone && this.isClosed) {
      this.#end();
    }
    return count > 0;
  }

  /** Returns whether there may be more. */
  #perform(work) {
    switch (work) {
      case WORK_REQUEST:
        this.#cameFrom(originOf(this.#exchange.url));
        this.#exchange.request(this.#engine.requestId);
        return true;
      case WORK_REQUEST_CANDIDATE:
        this.#exchange.requestCandidate(this.#engine.requestId);
        return true;
      case WORK_LET_GO_OF_CANDIDATE:
        this.#exchange.letGoOfCandidate();
        return true;
      case WORK_REPLACE:
        this.#exchange.promoteCandidate();
        return true;
      case WORK_PROBE:
        this.#exchange.probe();
        return true;
      case WORK_READ:
        this.#exchange.take();
        return true;
      case WORK_LET_GO:
        this.#exchange.leave();
        return true;
      case WORK_WAIT:
        this.#timer.set(this.#engine.until, () => this.#proceed());
        return false;
      default:
        return this.#performForGroup(work);
    }
  }

  #performForGroup(work) {
    const membership = this.#membership;
    switch (work) {
      case WORK_JOIN:
        this.#join();
        return true;
      case WORK_POST:
        membership?.post(this.#engine.message);
        return true;
      case WORK_POST_TO_ALL:
        membership?.postToAll(this.#engine.message);
        return true;
      case WORK_LEAD:
      case WORK_STEAL:
        membership?.lead(work === WORK_STEAL);
        return true;
      case WORK_RESIGN:
        membership?.resign();
        return true;
      case WORK_CALL_ROLL:
        membership?.callRoll();
        return true;
      case WORK_LEAVE:
        this.#leave();
        return true;
      default:
        return false;
    }
  }

  #join() {
    const tell = (news, bytes) => this.#tell(news, bytes);
    this.#membership = this.#settings.shared.join({
      engine: this.#engine,
      url: this.#url,
      settings: this.#settings,
      id: this.#id,
      tell,
      rejoin: () => this.#rejoin(),
    });
  }

  #rejoin() {
    this.#engine.command(COMMAND_SUSPEND);
    this.#command(COMMAND_RESUME);
  }

  #leave() {
    this.#membership?.leave();
    this.#membership = null;
  }

  #end() {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#timer.clear();
      this.#exchange?.letGo();
      this.#leave();
      this.#unwatch?.();
      this.#engine?.free();
    }
  }

  #sound(value) {
    const { fault } = this.#engine;
    if (fault !== undefined && !this.isClosed) {
      throw fault;
    }
    return value;
  }
}

/** A number that no other member has. It is not zero. */
function randomId() {
  const [id] = globalThis.crypto.getRandomValues(new BigUint64Array(1));
  return id || 1n;
}
