// From an exception to the signal that the engine gets, and to its message.
import { SIGNAL_UNUSABLE } from "../engine/constants.js";

/** How deep to look for causes. A limit, because causes may form a circle. */
const DEPTH = 5;

/** How platforms begin their messages about the arguments of fetch. A lost network is a TypeError, too. */
const OF_ARGUMENTS =
  /^(Failed to (execute|construct|parse|read) |Request(Init|: | constructor| with| cannot| has)|Headers\.|Referrer |Method |URL is )|\.fetch: |HTTP method|disturbed/;

/** An error that is reported with this signal and message, and not as a failure of the network. */
export class Failure extends Error {
  constructor(signal, message, cause) {
    super(message, { cause });
    this.signal = signal;
  }
}

/** The failure of a request that can never be sent, or of a response that can never be read. */
export function unusable(message, cause = new TypeError(message)) {
  return new Failure(SIGNAL_UNUSABLE, message, cause);
}

/** Whether this error means that fetch refuses its arguments. Then nothing was sent, and the next attempt would fail, too. */
export function isOfArguments(error, url, init) {
  if (error?.name !== "TypeError") {
    return false;
  }
  try {
    // Without the body, which is used up if it was sent.
    new Request(url, { ...init, body: undefined });
  } catch {
    return true;
  }
  return OF_ARGUMENTS.test(error.message);
}

/** Whether CORS may be what hides a response: where there are origins, and behind a failure of the network as fetch has it. */
export function mayHideResponse(error) {
  return typeof globalThis.origin === "string" && !/^(Abort|Timeout)Error$/.test(error?.name);
}

/** The message of an error with those of its causes, because Node says "fetch failed" about everything. */
export function messageOf(error) {
  return wordsOf(error, DEPTH) || "unknown error";
}

function wordsOf(error, depth) {
  if (typeof error === "string") {
    return error;
  }
  if (depth === 0) {
    return "";
  }
  try {
    const { message, errors = [], code, name, cause } = Object(error);
    // An AggregateError of Node has no message of its own.
    const all = new Set(Array.from(errors, (each) => wordsOf(each, depth - 1)));
    const own = [message, [...all].join(", "), code, name].find((words) => words && typeof words === "string") ?? "";
    const more = wordsOf(cause, depth - 1);
    return own.includes(more) ? own : `${own}: ${more}`;
  } catch {
    // The page made this object, and its getters may throw.
    return "";
  }
}
