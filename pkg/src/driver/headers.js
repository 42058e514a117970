// Headers of requests: the page's own, and that of the last event ID.
import { encode } from "../engine/engine.js";
import { isObject } from "../event-source/idl.js";
import { isNode } from "../platform.js";
import { peculiarities } from "./peculiarities.js";

/** Headers that may go wherever a redirect leads: they are no secrets. */
const HARMLESS = ["accept", "accept-language", "content-language", "content-type"];

/** What servers' platforms refuse in a header's value, though only when the request is sent. Browsers send it. */
const CONTROL = /[^\t\x20-\x7e\x80-\xff]/;

/** Whether no header of these is meant for one origin only. */
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
    // It may be something that can be read once only.
    const pairs = Symbol.iterator in headers ? Array.from(headers, (pair) => (isObject(pair) ? [...pair] : pair)) : Object.entries(headers);
    given = new Headers(pairs);
    names = new Map(pairs.map(([name]) => [`${name}`.toLowerCase(), name]));
  } catch {
    // Not in the platform's words: they may quote the value, which may be a secret.
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

/** The page's headers, and those of the standard that they do not replace. */
export function withStandard(headers, lastEventId) {
  const replaced = Object.keys(headers).some((name) => name.toLowerCase() === "accept");
  return { ...(replaced ? {} : { Accept: "text/event-stream" }), ...idHeader(lastEventId), ...headers };
}

/** An ID that the platform cannot send is left out: without its header the request is one all the same. */
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
