// Why an attempt has failed: which signal tells it, and in which words.
import { SIGNAL_UNUSABLE } from "../engine/constants.js";

/** How deep it is looked for causes, which may go round in circles. */
const DEPTH = 5;

/** How platforms begin what they say of the arguments of fetch. Of the network they say it with the same TypeError. */
const OF_ARGUMENTS =
  /^(Failed to (execute|construct|parse|read) |Request(Init|: | constructor| with| cannot| has)|Headers\.|Referrer |Method |URL is )|\.fetch: |HTTP method|disturbed/;

/** What is to be told by this signal and in these words, and not as a failure of the network. */
export class Failure extends Error {
  constructor(signal, message, cause) {
    super(message, { cause });
    this.signal = signal;
  }
}

/** That of a request which can never be sent, or of a response which can never be read. */
export function unusable(message, cause = new TypeError(message)) {
  return new Failure(SIGNAL_UNUSABLE, message, cause);
}

/** Whether fetch refuses its arguments, with this error. Nothing was sent then, and the next attempt would be no different. */
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

/** An error in words. Its causes belong to it: Node says "fetch failed" of everything. */
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
    // It is an object of the page, with getters of its own.
    return "";
  }
}
