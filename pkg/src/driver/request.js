// Builds and sends requests: the standard's, and those with the user's headers, method, body or fetch.
import { SIGNAL_UNPREPARED } from "../engine/constants.js";
import { readFunction } from "../event-source/idl.js";
import { Failure, isOfArguments, messageOf, unusable } from "./failure.js";
import { isHarmless, readHeaders, withStandard } from "./headers.js";
import { peculiarities } from "./peculiarities.js";

/** The options that are passed to fetch as they are, with the values that make sense here. */
const HANDED_ON = {
  cache: ["no-store"],
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

/** Members of RequestInit that a stream cannot have, and why. */
const UNFIT = {
  integrity: "it is checked at the end of a body, and a stream may have none",
  keepalive: "the connection would outlive its page",
};

/** The options that are not for fetch, or reach it in another way. Whatever else is given is handed on. */
const OWN = [
  ...["accept", "body", "connectTimeout", "errorEvents", "fetch", "headers", "idleTimeout", "incomplete", "lastEventId"],
  ...["lastEventIdParameter", "maxEventSize", "method", "onComment", "reconnect", "resume", "retryIf", "shared", "signal", "until"],
  ...["whenBack", "whenHidden", "withCredentials"],
];

/**
 * The settings of requests that are more than the standard's, if there are any. An option that can be judged before the first
 * attempt is judged here.
 */
export function readRequest(init) {
  const headers = init?.headers ?? undefined;
  const given = init?.method;
  const body = init?.body ?? undefined;
  const fetch = readFunction("fetch", init?.fetch);
  const parameter = readParameter(init?.lastEventIdParameter);
  const members = readMembers(init);
  const plain = [headers, given, body, fetch, parameter].every((value) => value === undefined);
  if (plain && Object.keys(members).length === 0) {
    return {};
  }
  const method = readMethod(given);
  // A copy, because it may be readable only once, or may change later.
  const ownHeaders = typeof headers === "function" ? headers : readHeaders(headers);
  if (typeof body !== "function") {
    readBody(body, method);
    if (isStream(body)) {
      throw new TypeError("body is a stream, which can be sent once. Give a function that makes one for each attempt.");
    }
  }
  // It is meant for the origin of the URL, see Target.
  const isBound =
    typeof headers === "function" || !isHarmless(ownHeaders) || method !== "GET" || [body, fetch, parameter].some((value) => value !== undefined);
  return {
    request: { headers: ownHeaders, body, fetch, members, method, parameter, isBound },
    ...(members.credentials && { withCredentials: members.credentials === "include" }),
  };
}

/** The members for fetch. Those that this version does not know are handed on as they are: the platform or the page's fetch may. */
function readMembers(init) {
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
  // No member is read twice.
  for (const name of Object.keys(init ?? {}).filter((given) => !OWN.includes(given) && !(given in HANDED_ON))) {
    const value = init[name];
    if (value && name in UNFIT) {
      throw new TypeError(`${name} cannot be used: ${UNFIT[name]}.`);
    }
    if (value !== undefined) {
      members[name] = value;
    }
  }
  return members;
}

/**
 * Sends a request, and returns the promise of its response. All requests are built here: the standard's, and what `request`, made
 * by `readRequest`, adds to it. `told` is what functions of the page are told of the attempt. `letsGo` is called where fetch takes no signal: the body has to be cancelled then.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource
 */
export async function send(url, { withCredentials, request = {} }, told, signal, letsGo) {
  const { lastEventId } = told;
  const { fetch = globalThis.fetch, method, members, parameter } = request;
  const isInUrl = parameter !== undefined && lastEventId !== "";
  const target = isInUrl ? withParameter(url, parameter, lastEventId) : url;
  const credentials = withCredentials ? "include" : "same-origin";
  const init = { cache: "no-store", credentials, signal, ...members };
  let { headers: own = {}, body } = request;
  if (method !== undefined) {
    if (typeof own === "function" || typeof body === "function") {
      ({ own, body } = await prepare(request, told, signal));
    }
    Object.assign(init, isHarmless(own) ? {} : stayingHome(url, members), { method, body });
    if (isStream(body)) {
      init.duplex = "half";
    }
  }
  if (request.fetch === undefined) {
    // Chromium's own would send it.
    parseUrl(target);
  }
  init.headers = withStandard(own, isInUrl ? "" : lastEventId);
  return call(fetch, target, peculiarities?.adapted(init) ?? init, letsGo);
}

/** Calls fetch. If it refuses its arguments, that is not a failure of the network: nothing was sent. */
async function call(fetch, target, init, letsGo) {
  const { signal, ...rest } = init;
  try {
    return await fetch(target, init);
  } catch (error) {
    if (signal?.aborted || !isOfArguments(error, target, init)) {
      throw named(error, init);
    }
    if (signal === undefined || !/signal/i.test(error.message)) {
      throw unusable(messageOf(error), error);
    }
    // In a DOM that is no browser's, such as jsdom, an AbortSignal is not the one that fetch knows.
    letsGo();
    return call(fetch, target, rest, letsGo);
  }
}

/** The same error. Where only Node knows that there was a redirect, and says so in the cause, it says more. */
function named(error, { redirect }) {
  const isRedirect = redirect === "error" && /redirect/i.test(messageOf(error));
  return isRedirect ? new TypeError("a redirect was not followed, see the option redirect", { cause: error }) : error;
}

/** The headers and the body that functions of the page give. Of a request that was let go of meanwhile nothing more is asked. */
async function prepare({ headers, body, method }, told, signal) {
  const made = async (given) => {
    const value = typeof given === "function" ? await given(told) : given;
    if (signal.aborted) {
      throw signal.reason;
    }
    return value;
  };
  try {
    const own = readHeaders(await made(headers));
    return { own, body: readBody(await made(body), method) };
  } catch (error) {
    // So that the engine does not look for a reason in the network.
    throw new Failure(SIGNAL_UNPREPARED, messageOf(error), error);
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

/** Parses a URL, relative to the page's. Chromium accepts domains with a space, and writes `%20`. The standard does not. */
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

/** What URLs are relative to: the document, or the worker's script. Undefined in Node, where a URL must be absolute. */
export function baseUrl() {
  return globalThis.document?.baseURI ?? globalThis.location?.href;
}

/** Whether requests with these settings are GETs. The standard's are, which have no settings. */
export function isGet({ method = "GET" } = {}) {
  return method === "GET";
}

/** Whether a request to this serialized URL can fail only because of the network. */
export function isSurelyFetchable(url) {
  return /^https?:\/\/[^/@]*(\/|$)/.test(url);
}

/** Without URLSearchParams, which would rewrite the rest of the query. */
function withParameter(url, name, value) {
  const [rest, ...fragment] = url.split("#");
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  return [`${rest}${rest.includes("?") ? "&" : "?"}${pair}`, ...fragment].join("#");
}

/** Node sends what can be iterated, too. */
function isStream(body) {
  return typeof (body?.getReader ?? body?.[Symbol.asyncIterator]) === "function";
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
    // The platform knows which methods and headers are forbidden.
    ({ method } = new Request("https://localhost/", { method: `${given}` }));
  } catch (error) {
    throw new TypeError(`method cannot be sent: ${error.message}`);
  }
  if (method === "HEAD") {
    throw new TypeError("method: the response to HEAD has no body.");
  }
  return method;
}

function readBody(body, method) {
  const given = body ?? undefined;
  if (given !== undefined && method === "GET") {
    throw new TypeError('body: a GET request has none. Set method: "POST".');
  }
  return given;
}
