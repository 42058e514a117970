// Requests that are more than the standard's: headers, a method and a body, somebody's own fetch.
import { isObject } from "./idl.js";

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
 * The settings that have the engine send such requests; none where there is nothing to do but what the standard says. What
 * can be judged before the first attempt is. `repeatsByDefault`: nobody has said whether to reconnect.
 */
export function readRequest(init, repeatsByDefault) {
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
  if (typeof headers !== "function") {
    readHeaders(headers);
  }
  if (typeof body !== "function") {
    readBody(body, method);
    if (isStream(body)) {
      throw new TypeError("body is a stream, which can be sent once. Give a function that makes one for each attempt.");
    }
  }
  const request = { headers, body, fetch, members, method, parameter };
  return {
    fetch: (url, standard) => send(request, url, standard),
    probe: (url, standard) => probe(request, url, standard),
    // Nobody has asked for a repetition that the server may take for another order.
    onlyWithId: method !== "GET" && repeatsByDefault,
    ...(members.credentials && { withCredentials: members.credentials === "include" }),
  };
}

/** Sends one request: `standard` is what the engine gives to fetch. */
async function send({ headers, body, fetch, members, method, parameter }, url, standard) {
  const all = new Headers(standard.headers);
  let guard;
  const lastEventId = decodeId(all.get("Last-Event-ID"));
  if (parameter !== undefined && lastEventId !== "") {
    all.delete("Last-Event-ID");
    url = withParameter(url, parameter, lastEventId);
  }
  let payload;
  try {
    const given = readHeaders(typeof headers === "function" ? await headers({ lastEventId }) : headers);
    given.forEach((value, name) => all.set(name, value));
    guard = [...given.keys()].every((name) => HARMLESS.includes(name)) ? {} : stayingHome(url, members);
    payload = readBody(typeof body === "function" ? await body({ lastEventId }) : body, method);
  } catch (error) {
    // The engine must not look for a reason in the network.
    throw Object.assign(new Error(error?.message ?? `${error}`, { cause: error }), { name: "UnpreparedError" });
  }
  const request = { ...standard, ...members, ...guard, method, headers: all, body: payload };
  if (isStream(payload)) {
    request.duplex = "half";
  }
  return (fetch ?? globalThis.fetch)(url, request);
}

/**
 * What keeps headers from being sent on to another origin, to which a redirect leads and which may allow them to itself: a
 * request of the page's own origin that stays there, and of another's that is not redirected at all.
 */
function stayingHome(url, { redirect }) {
  if (redirect !== undefined) {
    return {};
  }
  return originOf(url) === globalThis.origin ? { mode: "same-origin" } : { redirect: "error" };
}

function originOf(url) {
  return new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href).origin;
}

/** Finds out why a request may have failed, where CORS may be the reason and a fetch of somebody's own does not know best. */
async function probe({ fetch, members }, url, standard) {
  const { credentials = standard.credentials, mode, redirect } = members;
  const staysHome = standard.mode !== "no-cors" && (mode === "same-origin" || redirect === "error");
  if (fetch !== undefined || staysHome) {
    throw new TypeError("there is nothing to find out");
  }
  return globalThis.fetch(url, { ...standard, credentials });
}

/** Not with URLSearchParams: that would write the rest of the query anew. */
function withParameter(url, name, value) {
  const [rest, ...fragment] = url.split("#");
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return [`${rest}${rest.includes("?") ? "&" : "?"}${pair}`, ...fragment].join("#");
}

/** The ID of a header whose characters are the bytes of its UTF-8. */
function decodeId(header) {
  return new TextDecoder().decode(Uint8Array.from(header ?? "", (character) => character.charCodeAt(0)));
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
