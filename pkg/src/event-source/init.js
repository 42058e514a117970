// The constructor's second argument: the standard's dictionary, and what this class adds to it. All of it is read and judged
// at once, so that a bad value is a TypeError of the constructor and not a failure later on.
import { isGet, readRequest } from "../driver/request.js";
import { MAX_DELAY } from "../driver/timer.js";
import {
  SETTING_COMMENTS,
  SETTING_CONNECT_TIMEOUT,
  SETTING_IDLE_TIMEOUT,
  SETTING_INITIAL_DELAY,
  SETTING_MAX_ATTEMPTS,
  SETTING_MAX_DELAY,
  SETTING_MAX_EVENT_SIZE,
  SETTING_ONLY_AFTER_REFUSAL,
  SETTING_STATUS,
  SETTING_VERIFIES_WHEN_BACK,
} from "../engine/constants.js";
import { isGiven, isObject, readFunction } from "./idl.js";
import { requireGlobals } from "./requirements.js";

export const MAX_COUNT = 2 ** 32 - 1;
export const MILLISECONDS = "an integer of milliseconds";

/**
 * The settings of what reads a stream, those of its engine in a list `engine`: pairs of a setting's number and its value. What is not
 * in there has its default.
 */
export function readInit(init) {
  if (isGiven(init) && !isObject(init)) {
    throw new TypeError("The provided value is not of type 'EventSourceInit'.");
  }
  const onComment = readFunction("onComment", init?.onComment);
  return {
    withCredentials: Boolean(init?.withCredentials),
    signal: readSignal(init?.signal),
    lastEventId: readLastEventId(init?.lastEventId),
    onComment,
    retryIf: readFunction("retryIf", init?.retryIf),
    accept: readFunction("accept", init?.accept),
    resume: readFunction("resume", init?.resume),
    engine: given([
      [SETTING_COMMENTS, onComment && 1],
      [SETTING_MAX_EVENT_SIZE, readInteger("maxEventSize", init?.maxEventSize, 1, MAX_COUNT)],
      [SETTING_IDLE_TIMEOUT, readInteger("idleTimeout", init?.idleTimeout, 1, MAX_DELAY, MILLISECONDS)],
      [SETTING_CONNECT_TIMEOUT, readInteger("connectTimeout", init?.connectTimeout, 1, MAX_DELAY, MILLISECONDS)],
    ]),
    ...readRequest(init),
  };
}

/** The settings of an EventSource, which is read again and again: those, how it reconnects, and when it has no connection. */
export function readSourceInit(init) {
  const settings = readInit(init);
  const { request } = settings;
  request?.fetch ?? requireGlobals("fetch");
  const reconnect = init?.reconnect;
  const { initialDelay, maxDelay, maxAttempts, statuses, retryIf = settings.retryIf } = readReconnect(reconnect);
  if (retryIf !== settings.retryIf && settings.retryIf !== undefined) {
    throw new TypeError("retryIf and reconnect.retryIf are the same. Give one function that decides.");
  }
  // The user has not said how to go on, so the request is not repeated: the server could take it for a second order.
  const isRepeated = (isGiven(reconnect) && maxAttempts !== 0) || settings.resume !== undefined;
  const isSentOnce = !isGet(request) && !isRepeated;
  const whenBack = readChoice("whenBack", init?.whenBack, ["keep", "verify"]);
  const engine = given([
    ...settings.engine,
    [SETTING_INITIAL_DELAY, initialDelay],
    [SETTING_MAX_DELAY, maxDelay],
    [SETTING_MAX_ATTEMPTS, maxAttempts],
    [SETTING_ONLY_AFTER_REFUSAL, isSentOnce ? 1 : undefined],
    [SETTING_VERIFIES_WHEN_BACK, whenBack === "verify" && settings.resume === undefined ? 1 : undefined],
    ...(statuses ?? []).map((status) => [SETTING_STATUS, status]),
  ]);
  const closeWhenHidden = readChoice("whenHidden", init?.whenHidden, ["keep", "close"]) === "close";
  return { ...settings, engine, statuses, retryIf, closeWhenHidden, initialDelay };
}

/** The settings that have a value. Sources live long, and most have none. */
function given(settings) {
  return settings.filter(([, value]) => value !== undefined);
}

/** Returns what `read` returns. If that throws a TypeError, adds which action has failed. */
export function judged(action, read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) {
      error.message = `Failed to ${action}: ${error.message}`;
    }
    throw error;
  }
}

export function readSignal(signal) {
  if (isGiven(signal) && (!isObject(signal) || typeof signal.aborted !== "boolean")) {
    throw new TypeError("signal must be an AbortSignal.");
  }
  return signal ?? undefined;
}

/** The ID is sent in a header, which cannot hold these; a server cannot set one that has them either. */
export function readLastEventId(value) {
  if (typeof value === "symbol") {
    throw new TypeError("lastEventId must be a string.");
  }
  const id = value === undefined ? "" : `${value}`;
  if (/[\0\r\n]/.test(id)) {
    throw new TypeError("lastEventId must not contain a null or a line break.");
  }
  return id;
}

function readChoice(name, value, choices) {
  if (value !== undefined && !choices.includes(value)) {
    throw new TypeError(`${name} must be "${choices.join('" or "')}".`);
  }
  return value;
}

function readReconnect(reconnect) {
  if (!isGiven(reconnect) || reconnect === true) {
    return {};
  }
  if (reconnect === false) {
    return { maxAttempts: 0 };
  }
  if (!isObject(reconnect)) {
    throw new TypeError("reconnect must be false or an object such as { maxDelay: 60000 }.");
  }
  return {
    initialDelay: readInteger("reconnect.initialDelay", reconnect.initialDelay, 0, MAX_DELAY, MILLISECONDS),
    maxDelay: readInteger("reconnect.maxDelay", reconnect.maxDelay, 0, MAX_DELAY, MILLISECONDS),
    maxAttempts: readAttempts(reconnect.maxAttempts),
    statuses: readStatuses(reconnect.statuses),
    retryIf: readFunction("reconnect.retryIf", reconnect.retryIf),
  };
}

/** As many as it takes is Infinity, and the default. */
function readAttempts(value) {
  return value === Infinity ? undefined : readInteger("reconnect.maxAttempts", value, 0, MAX_COUNT);
}

function readStatuses(value) {
  if (!isGiven(value)) {
    return undefined;
  }
  if (!isObject(value) || typeof value[Symbol.iterator] !== "function") {
    throw new TypeError("reconnect.statuses must be a list of status codes such as [429, 503].");
  }
  return Array.from(value, (status) => readInteger("a status of reconnect.statuses", status, 100, 599));
}

export function readInteger(name, value, min, max, what = "an integer") {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) {
    return value;
  }
  throw new TypeError(`${name} must be ${what} from ${min} to ${max}, and is ${describe(value)}.`);
}

function describe(value) {
  return typeof value === "number" || value === null ? `${value}` : `a ${typeof value}`;
}

