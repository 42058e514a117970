// Building requests: the standard's, and those with headers, a method, a body or a fetch of the page's own.
import { encode } from "../engine/engine.js";
import { isObject } from "../event-source/idl.js";

/** What is handed on to fetch as it is, with the values that make sense here. */
const HANDED_ON = {
  credentials: ["omit", "same-origin", "include"],
  mode: ["cors", "same-origin"],
  redirect: ["follow", "error"],
  referrerPolicy: [
    "",
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
  ],
  priority: ["auto", "high", "low"],
};

/**
 * Headers that may go wherever a redirect leads: no secrets, or ones that the platform itself does not send on to another
 * origin.
 */
const HARMLESS = ["accept", "accept-language", "authorization", "content-language", "content-type"];

/**
 * The settings of requests that are more than the standard's, if there are any. An option that can be judged before the first
 * attempt is judged here.
 */
export function readRequest(init) {
  const headers = init?.headers;
  const given = init?.method;
  const body = init?.body;
  const fetch = init?.fetch;
  const parameter = readParameter(init?.lastEventIdParameter);
  const members = {};
  for (const [name, values] of Object.entries(HANDED_ON)) {
    const value = init?.[name];
    if (value !== undefined) {
      if (!values.includes(value)) {
        throw new TypeError(`${name} must be one of ${values.join(", ")}, and is ${String(value)}.`);
      }
      members[name] = value;
    }
  }
  const plain = [headers, given, body, fetch, parameter].every((value) => value === undefined);
  if (plain && Object.keys(members).length === 0) {
    return {};
  }
  const method = readMethod(given);
  if (fetch !== undefined && typeof fetch !== "function") {
    throw new TypeError("fetch must be a function.");
  }
  // A copy: what it is made of may be read once only, or change.
  const ownHeaders = typeof headers === "function" ? headers : readHeaders(headers);
  if (typeof body !== "function") {
    readBody(body, method);
    if (isStream(body)) {
      throw new TypeError("body is a stream, which can be sent once. Give a function that makes one for each attempt.");
    }
  }
  return {
    request: { headers: ownHeaders, body, fetch, members, method, parameter },
    ...(members.credentials && { withCredentials: members.credentials === "include" }),
  };
}

/** The name of the error of a request whose headers or body could not be had. */
export const UNPREPARED = "UnpreparedError";

/**
 * Sends a request, and returns the promise of its response. All requests are built here: the standard's, and what `request`, made
 * by `readRequest`, adds to it. https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource
 */
export async function send(url, { withCredentials, request = {} }, lastEventId, signal) {
  const { fetch = globalThis.fetch, method, members, parameter } = request;
  const headers = new Headers({ Accept: "text/event-stream" });
  let target = url;
  if (lastEventId !== "" && parameter !== undefined) {
    target = withParameter(url, parameter, lastEventId);
  } else if (lastEventId !== "") {
    // A header's value is bytes, which Fetch takes as code points up to U+00FF: one for each byte of the ID's UTF-8.
    headers.set("Last-Event-ID", String.fromCharCode(...encode(lastEventId)));
  }
  const credentials = withCredentials ? "include" : "same-origin";
  const init = { headers, cache: "no-store", credentials, signal, ...members };
  if (method !== undefined) {
    const { own, body } = await prepare(request, lastEventId);
    own.forEach((value, name) => headers.set(name, value));
    const isHarmless = [...own.keys()].every((name) => HARMLESS.includes(name));
    Object.assign(init, isHarmless ? {} : stayingHome(url, members), { method, body });
    if (isStream(body)) {
      init.duplex = "half";
    }
  }
  if (request.fetch === undefined) {
    // Chromium's own would send it.
    parseUrl(target);
  }
  return fetch(target, init);
}

/** The headers and the body that the page gives, if need be by functions. */
async function prepare({ headers, body, method }, lastEventId) {
  try {
    const own = readHeaders(typeof headers === "function" ? await headers({ lastEventId }) : headers);
    return { own, body: readBody(typeof body === "function" ? await body({ lastEventId }) : body, method) };
  } catch (error) {
    // The engine must not look for a reason in the network.
    throw Object.assign(new Error(error?.message ?? `${error}`, { cause: error }), { name: UNPREPARED });
  }
}

/**
 * Keeps headers from going to another origin by a redirect, if that origin allows them by CORS. A request to the page's own origin
 * may be redirected within it, and a request to another origin not at all.
 */
function stayingHome(url, { redirect }) {
  if (redirect !== undefined) {
    return {};
  }
  return originOf(url) === globalThis.origin ? { mode: "same-origin" } : { redirect: "error" };
}

/** The URL standard's "special" schemes, whose hosts are domains. */
const SPECIAL = /^(https?|wss?|ftp|file):/;

/** The standard's forbidden domain code points, percent-encoded. */
const FORBIDDEN = /%([01].|2[035F]|3[ACEF]|40|5[B-E]|7[CF])/;

/** Parses a URL, relative to the page's. Chromium finds domains with a space in order, and writes `%20`; the standard does not. */
export function parseUrl(input) {
  const url = new URL(input, baseUrl());
  if (SPECIAL.test(url.href) && FORBIDDEN.test(url.host)) {
    throw new TypeError(`Invalid URL: ${input}`);
  }
  return url;
}

/** The origin of a URL, serialized; "null" if it cannot be parsed. */
export function originOf(url) {
  try {
    return new URL(url, baseUrl()).origin;
  } catch {
    return "null";
  }
}

/** What URLs are relative to: the document, or the worker's script. Undefined in Node, where only an absolute URL will do. */
export function baseUrl() {
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}

/** Whether a request to the URL, which is serialized, fails for no other reason than the network. */
export function isSurelyFetchable(url) {
  return /^https?:\/\/[^/@]*(\/|$)/.test(url);
}

/** Not with URLSearchParams: that would write the rest of the query anew. */
function withParameter(url, name, value) {
  const [rest, ...fragment] = url.split("#");
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return [`${rest}${rest.includes("?") ? "&" : "?"}${pair}`, ...fragment].join("#");
}

function isStream(body) {
  return typeof body?.getReader === "function";
}

function readParameter(name) {
  if (name !== undefined && (typeof name !== "string" || name === "")) {
    throw new TypeError("lastEventIdParameter must be the name of a parameter.");
  }
  return name;
}

function readMethod(given = "GET") {
  let method;
  try {
    // It knows which there are and which are forbidden.
    ({ method } = new Request("https://localhost/", { method: `${given}` }));
  } catch (error) {
    throw new TypeError(`method cannot be sent: ${error.message}`);
  }
  if (method === "HEAD") {
    throw new TypeError("method: the response to HEAD has no body. Use GET or POST.");
  }
  return method;
}

function readHeaders(headers = {}) {
  if (!isObject(headers)) {
    throw new TypeError("headers must be an object, a Headers, a list of pairs, or a function that returns one.");
  }
  let given;
  try {
    given = new Headers(headers);
  } catch {
    // Not in the platform's words: they may quote the value, which may be a secret.
    throw new TypeError("headers has a name or a value that cannot be sent.");
  }
  const allowed = new Request("https://localhost/", { headers: given }).headers;
  given.forEach((_, name) => {
    if (!allowed.has(name)) {
      throw new TypeError(`headers: a script may not set the header ${name}.`);
    }
    if (name === "last-event-id") {
      throw new TypeError("headers: Last-Event-ID is set by the source. Its first value is the option lastEventId.");
    }
  });
  return given;
}

function readBody(body, method) {
  if (body === undefined || body === null) {
    return undefined;
  }
  if (method === "GET") {
    throw new TypeError('body: a GET request has none. Set method: "POST".');
  }
  return body;
}
