// The option `shared`, and who shares with whom.
import { MAX_DELAY } from "../driver/timer.js";
import { SETTING_COMMENTS } from "../engine/constants.js";
import { isGiven, isObject } from "../event-source/idl.js";
import { MAX_COUNT, MILLISECONDS, readInteger } from "../event-source/init.js";

/** What is said of one that makes requests the same or not, and cannot be compared. */
const NEEDS_KEY = "Nobody can tell whether that of two sources is the same. Give shared a key: sources with the same key have the same.";

/** The options of the request as a worker gets them, if they are given. */
const CLONED = [
  ...["withCredentials", "lastEventId", "maxEventSize", "method", "body", "lastEventIdParameter", "credentials", "mode", "redirect"],
  ...["referrerPolicy", "priority", "idleTimeout"],
];

/**
 * The option, judged; undefined if the connection is not shared. `settings` are those of `readSourceInit`. What is returned gets its
 * `role` from the driver.
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
  const shared = {
    role: "member",
    key,
    replay: readInteger("shared.replay", given.replay, 0, MAX_COUNT) ?? 0,
    linger: readInteger("shared.linger", given.linger, 0, MAX_DELAY, MILLISECONDS) ?? 0,
    worker: readWorker(given.worker),
  };
  const functions = functionsOf(settings);
  if (functions.length > 0 && shared.worker !== undefined) {
    throw new TypeError(`${functions[0]} cannot be sent to shared.worker.`);
  }
  if (functions.length > 0 && key === undefined) {
    throw new TypeError(`shared: there is ${functions[0]}. ${NEEDS_KEY}`);
  }
  return shared.worker === undefined ? shared : { ...shared, init: cloneable(init, settings) };
}

/** Everything that makes two requests the same, as a text. It is hashed, for it may be secret. */
export function identityOf(url, settings, arbiter) {
  const { withCredentials, lastEventId, engine, request = {}, shared } = settings;
  const { method = "GET", headers = {}, body, members = {}, parameter } = request;
  const sorted = (pairs) => pairs.map(([name, value]) => [`${name}`.toLowerCase(), value]).sort();
  return JSON.stringify([
    ...[url, withCredentials, lastEventId, arbiter, method, parameter ?? null, shared.key ?? null],
    sorted(Object.entries(members)),
    typeof headers === "function" ? null : sorted(Object.entries(headers)),
    isText(body) ? `${body}` : null,
    // Whether somebody wants comments is nobody else's business.
    engine.filter(([setting]) => setting !== SETTING_COMMENTS),
  ]);
}

/** Those options that cannot be compared. */
function functionsOf({ request = {}, retryIf }) {
  const { headers, body, fetch } = request;
  const found = [
    [typeof headers === "function", "a function that gives headers"],
    [typeof body === "function", "a function that gives a body"],
    [body !== undefined && typeof body !== "function" && !isText(body), "a body that is no text"],
    [fetch !== undefined, "an option fetch"],
    [retryIf !== undefined, "an option reconnect.retryIf"],
  ];
  return found.filter(([isFound]) => isFound).map(([, what]) => what);
}

function isText(body) {
  return typeof body === "string" || (globalThis.URLSearchParams !== undefined && body instanceof URLSearchParams);
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
  const pairs = CLONED.map((name) => [name, init[name]]).filter(([, value]) => value !== undefined);
  const copy = { ...Object.fromEntries(pairs), headers: request?.headers, reconnect };
  return isText(copy.body) ? { ...copy, body: `${copy.body}` } : copy;
}
