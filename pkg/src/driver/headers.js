// The headers of a request: the user's, the standard's, and the last event ID.
import { encode } from "../engine/engine.js";
import { isObject } from "../event-source/idl.js";
import { isNode } from "../platform.js";
import { peculiarities } from "./peculiarities.js";

/** Headers that may follow a redirect anywhere, because they carry no secrets. */
const HARMLESS = ["accept", "accept-language", "content-language", "content-type"];

/** Characters that Node and its like refuse in a header's value, but only when they send the request. Browsers send them. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

/** Whether all of these headers may go to any origin. */
export function isHarmless(headers) {
  return Object.keys(headers).every((name) => HARMLESS.includes(name.toLowerCase()));
}

/**
 * A copy of what the page gives, as an object: a `fetch` of the page's own may spread it into another. The names are written as the
 * page writes them.
 */
export function readHeaders(headers = {}) {
  if (!isObject(headers)) {
    throw new TypeError("headers must be an object, a Headers, a list of pairs, or a function that returns one.");
  }
  let given;
  let names;
  try {
    // It may be an iterator, which can be read only once.
    const pairs = Symbol.iterator in headers ? Array.from(headers, (pair) => (isObject(pair) ? [...pair] : pair)) : Object.entries(headers);
    given = new Headers(pairs);
    names = new Map(pairs.map(([name]) => [`${name}`.toLowerCase(), name]));
  } catch {
    // Without the platform's message, which may quote the value. The value may be secret.
    throw new TypeError("headers has a name or a value that cannot be sent.");
  }
  const allowed = new Request("https://localhost/", { headers: given }).headers;
  const copy = [...names].map(([name, written]) => {
    if (!allowed.has(name)) {
      throw new TypeError(`headers: a script may not set the header ${name}.`);
    }
    if (name === "last-event-id") {
      throw new TypeError("headers: Last-Event-ID is set by the source, see the option lastEventId.");
    }
    return [written, given.get(name)];
  });
  return Object.fromEntries(copy);
}

/** The user's headers, and the standard's where the user sets none. */
export function withStandard(headers, lastEventId) {
  const replaced = Object.keys(headers).some((name) => name.toLowerCase() === "accept");
  return { ...(replaced ? {} : { Accept: "text/event-stream" }), ...idHeader(lastEventId), ...headers };
}

/** An ID that the platform cannot send is left out. Then the request goes out without the header. */
function idHeader(lastEventId) {
  if (lastEventId === "") {
    return {};
  }
  // A header's value is bytes, which Fetch takes as code points up to U+00FF: one for each byte of the ID's UTF-8.
  const bytes = String.fromCharCode(...encode(lastEventId));
  const header = { "Last-Event-ID": peculiarities?.sendsTexts() ? lastEventId : bytes };
  try {
    new Headers(header);
    return isNode && CONTROL.test(bytes) ? {} : header;
  } catch {
    return {};
  }
}
