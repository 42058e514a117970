// The option `shared`.
import { MAX_DELAY } from "../driver/timer.js";
import { ARBITER_ELSEWHERE, ARBITER_LOCKS, ARBITER_MEMBERS, SETTING_ONLY_AFTER_REFUSAL } from "../engine/constants.js";
import { isGiven, isObject } from "../event-source/idl.js";
import { MAX_COUNT, MILLISECONDS, readInteger } from "../event-source/init.js";
import { identityOf, isText } from "./identity.js";
import { hasLocks } from "./locks.js";
import { Membership } from "./membership.js";
import { PortMembership } from "./port.js";

/** What is said of one that makes requests the same or not, and cannot be compared. */
const NEEDS_KEY = "Nobody can tell whether that of two sources is the same. Give shared a key: sources with the same key have the same.";

/** The options of the request as a worker gets them, if they are given. */
const CLONED = [
  ...["withCredentials", "lastEventId", "maxEventSize", "method", "lastEventIdParameter", "idleTimeout", "connectTimeout"],
];

/**
 * The option, judged; undefined if the connection is not shared. `settings` are those of `readSourceInit`. What is returned has an
 * `arbiter` and a `join`, which the driver calls to enter its group, and gets the source's `role` from the driver.
 */
export function readShared(init, settings) {
  const given = init?.shared;
  if (!isGiven(given) || given === false) {
    return undefined;
  }
  if (given !== true && !isObject(given)) {
    throw new TypeError("shared must be true or an object such as { replay: 10 }.");
  }
  const key = readKey(given.key);
  const replay = readInteger("shared.replay", given.replay, 0, MAX_COUNT) ?? 0;
  const linger = readInteger("shared.linger", given.linger, 0, MAX_DELAY, MILLISECONDS) ?? 0;
  const worker = readWorker(given.worker);
  if (settings.engine.some(([setting]) => setting === SETTING_ONLY_AFTER_REFUSAL)) {
    const words = "is sent again when another source takes over. Give reconnect, such as true, if the server can do with that.";
    throw new TypeError(`shared: a ${settings.request.method} request ${words}`);
  }
  if (settings.resume !== undefined) {
    throw new TypeError("shared: the option resume cannot be used, because another source may take over the connection.");
  }
  const [incomparable] = incomparableOf(settings);
  if (incomparable !== undefined && worker !== undefined) {
    throw new TypeError(`shared.worker cannot be given ${incomparable}.`);
  }
  if (incomparable !== undefined && key === undefined) {
    throw new TypeError(`shared: there is ${incomparable}. ${NEEDS_KEY}`);
  }
  const way = worker === undefined ? byChannel() : byWorker(worker, { init: cloneable(init, settings), replay, linger });
  return { role: "member", key, replay, linger, ...way };
}

/** The members say everything to each other. */
function byChannel() {
  const arbiter = hasLocks() ? ARBITER_LOCKS : ARBITER_MEMBERS;
  const join = ({ engine, url, settings, id, tell }) => new Membership(engine.groupOf(identityOf(arbiter, url, settings)), id, tell);
  return { arbiter, join };
}

/** The application's worker leads. */
function byWorker(worker, connection) {
  const join = ({ engine, url, settings, id, ...called }) => {
    const group = engine.groupOf(identityOf(ARBITER_ELSEWHERE, url, settings));
    return new PortMembership(worker, group, id, { url, ...connection }, called);
  };
  return { arbiter: ARBITER_ELSEWHERE, join };
}

/** Those options that cannot be compared, in words. */
function incomparableOf({ request = {}, retryIf, accept }) {
  const { headers, body, fetch, members = {} } = request;
  const found = [
    [typeof headers === "function", "a function that gives headers"],
    [typeof body === "function", "a function that gives a body"],
    [body !== undefined && typeof body !== "function" && !isText(body), "a body that is no text"],
    [fetch !== undefined, "an option fetch"],
    ...Object.entries(members).map(([name, value]) => [isObject(value), `an option ${name} that is an object`]),
    [retryIf !== undefined, "an option retryIf"],
    [accept !== undefined, "an option accept"],
  ];
  return found.filter(([isFound]) => isFound).map(([, what]) => what);
}

function readKey(key) {
  if (key !== undefined && typeof key !== "string") {
    throw new TypeError("shared.key must be a string.");
  }
  return key;
}

function readWorker(worker) {
  if (isGiven(worker) && typeof worker.port?.postMessage !== "function") {
    throw new TypeError("shared.worker must be a SharedWorker.");
  }
  return worker ?? undefined;
}

/** The options that make the connection, as a worker can be given them. */
function cloneable(init, { request, statuses }) {
  const { initialDelay, maxDelay, maxAttempts } = Object(init.reconnect);
  const reconnect = isObject(init.reconnect) ? { initialDelay, maxDelay, maxAttempts, statuses } : (init.reconnect ?? undefined);
  const { body } = init;
  const changed = { headers: request?.headers, reconnect, body: isText(body) ? `${body}` : body };
  const pairs = [...CLONED.map((name) => [name, init[name]]), ...Object.entries(request?.members ?? {}), ...Object.entries(changed)];
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}
