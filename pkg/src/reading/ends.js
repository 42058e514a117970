// How the user of `stream()` knows a complete stream, and an error that is sent as an event.
import { SETTING_DECLARED_END, SETTING_INCOMPLETE } from "../engine/constants.js";
import { isGiven, isObject, readFunction } from "../event-source/idl.js";
import { StreamError } from "./stream-error.js";

/** What becomes of an event whose blank line never came, by the number that the engine has for it. */
const INCOMPLETE = ["discard", "deliver", "error"];

/** How much of an event's data an error's message has, in characters. */
const QUOTED = 200;

/** `until`, `errorEvents`, and a list of the engine's settings. */
export function readEnds(init) {
  const until = readFunction("until", init?.until);
  const incomplete = init?.incomplete ?? INCOMPLETE[0];
  if (!INCOMPLETE.includes(incomplete)) {
    throw new TypeError('incomplete must be "discard", "deliver" or "error".');
  }
  const engine = [];
  if (incomplete !== INCOMPLETE[0]) {
    engine.push([SETTING_INCOMPLETE, INCOMPLETE.indexOf(incomplete)]);
  }
  if (until !== undefined) {
    engine.push([SETTING_DECLARED_END, 1]);
  }
  return { until, errorEvents: readTypes(init?.errorEvents), engine };
}

function readTypes(types) {
  if (!isGiven(types)) {
    return undefined;
  }
  if (!isObject(types) || typeof types[Symbol.iterator] !== "function") {
    throw new TypeError('errorEvents must be a list of types such as ["error"].');
  }
  return Array.from(types, (type) => `${type}`);
}

/** The error of an event by which a server says that it has failed. */
export function errorOf(event) {
  const { type, data } = event;
  const quoted = data.length > QUOTED ? `${data.slice(0, QUOTED)}…` : data;
  return new StreamError("event", `the server sent an event of the type "${type}": ${quoted}`, { event });
}
