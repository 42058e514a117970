// What both runners of the cases in tests/driver/ have in common: reading a case, what happens to the page, and the comparison
// of what was seen with what the case expects. tests/driver/README.md describes the cases.

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;

/** So many differences are shown: when one entry is too many, all after it are other ones. */
const SHOWN = 5;

const DEFAULT_URL = "https://fake.test/stream";

/** The readyState that goes with each thing that a face is told. */
const READY_STATES = { open: OPEN, event: OPEN, comment: OPEN, connecting: CONNECTING, verified: OPEN };

/** The case with its short forms written out: long texts, the page's own origin, entries that come many times. */
export function prepare(given) {
  const prepared = writtenOut(given, `${globalThis.location?.origin}`);
  return { url: DEFAULT_URL, options: {}, before: [], steps: [], ...prepared };
}

/** The same for a caller that has JSON. */
export function prepareJson(given) {
  return JSON.stringify(prepare(JSON.parse(given)));
}

/** What the case expects of a face, "rust" or "javascript". */
export function expectedOf({ expect, differs }, face) {
  const expected = { readyState: OPEN, lastEventId: "", ...expect, ...differs?.[face] };
  const told = expected.told.flatMap(repeated);
  // The class of JavaScript fires nothing then.
  return { ...expected, told: told.filter((entry) => face === "rust" || entry !== "connecting") };
}

export function expectedJson(given, face) {
  return JSON.stringify(expectedOf(JSON.parse(given), face));
}

/** An event of the platform, as a step asks for it. */
export function happen({ dispatch, with: properties, document: state }) {
  if (state === "prerendered" || state === "activated") {
    Object.defineProperty(document, "prerendering", { configurable: true, value: state === "prerendered" });
    if (state === "activated") {
      document.dispatchEvent(new Event("prerenderingchange"));
    }
    return;
  }
  if (state !== undefined) {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    return;
  }
  globalThis.dispatchEvent(Object.assign(new Event(dispatch), properties));
}

export function happenJson(action) {
  happen(JSON.parse(action));
}

/** Undoes what `happen` has made of the document. */
export function restoreDocument() {
  if (globalThis.document !== undefined) {
    delete document.visibilityState;
    delete document.prerendering;
  }
}

/**
 * What is not as the case expects it of this face, a sentence each. `seen` is `{ told, checks, waiting, requests, end, left }`:
 * what the face was told, with the readyState of that moment; what the steps have checked, each with its `expected`; how many
 * steps were not taken; the requests of the fake fetch; the source in the end; how many requests were out when it was closed.
 */
export function differences(prepared, face, seen) {
  const { told, requests, ...end } = expectedOf(prepared, face);
  const found = [...compareLists("told", told.map(toEntry), seen.told, (expected, entry) => isTold(expected, entry))];
  for (const { expected, ...actual } of seen.checks) {
    found.push(...compare("at a step", expected, actual));
  }
  if (seen.waiting > 0) {
    found.push(`${seen.waiting} steps were not taken`);
  }
  found.push(...compareLists("requests", requests.map((request) => toRequest(request, prepared)), seen.requests, isRequest));
  found.push(...compare("in the end", end, seen.end));
  if (seen.left > 0) {
    found.push(`${seen.left} requests were still out after the source was CLOSED`);
  }
  return found.length > SHOWN ? [...found.slice(0, SHOWN), `and ${found.length - SHOWN} more`] : found;
}

export function differencesJson(prepared, face, seen) {
  return JSON.stringify(differences(JSON.parse(prepared), face, JSON.parse(seen)));
}

/** An entry, or `all` of a list of them, so many `times`. */
function repeated(entry) {
  if (typeof entry === "string") {
    return [entry];
  }
  const { times = 1, all, ...rest } = entry;
  return Array(times).fill(all ?? [rest]).flat();
}

function writtenOut(value, origin) {
  if (typeof value === "string") {
    return value.replaceAll("{origin}", origin);
  }
  if (Array.isArray(value)) {
    return value.map((item) => writtenOut(item, origin));
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if ("join" in value) {
    return writtenOut(value.join, origin).join("");
  }
  if ("text" in value) {
    return value.text.repeat(value.times);
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, writtenOut(item, origin)]));
}

/** What is told, from the short form of a case. */
function toEntry(short) {
  if (typeof short === "string") {
    return { what: short, readyState: READY_STATES[short] };
  }
  const { event, id = "", comment, error, fatal = false, unverified, ...rest } = short;
  if (unverified !== undefined) {
    return { what: "unverified", readyState: CLOSED, reason: unverified, ...rest };
  }
  if (event !== undefined) {
    return { what: "event", readyState: OPEN, type: event, lastEventId: id, ...rest };
  }
  if (comment !== undefined) {
    return { what: "comment", readyState: OPEN, text: comment };
  }
  return { what: "error", readyState: fatal ? CLOSED : CONNECTING, reason: error, status: null, isFatal: fatal, ...rest };
}

function isTold(expected, entry) {
  return Object.entries(expected).every(([name, value]) => {
    if (name === "headers") {
      return Object.entries(value).every(([header, text]) => (entry.headers?.[header] ?? null) === text);
    }
    return isAsExpected(value, entry[name]);
  });
}

/** A value; a list of those that will do; or bounds of a number. Of a time the last digits do not count. */
function isAsExpected(expected, actual) {
  if (Array.isArray(expected)) {
    return expected.includes(actual);
  }
  if (typeof expected === "object" && expected !== null) {
    const { atLeast = -Infinity, atMost = Infinity } = expected;
    return typeof actual === "number" && actual >= atLeast - 0.01 && actual <= atMost + 0.01;
  }
  if (typeof expected === "number") {
    return Math.abs(expected - actual) < 0.01;
  }
  return expected === (actual ?? null);
}

/** A request, from what a case says of it beyond the standard's. */
function toRequest({ headers = {}, probes = [], ...rest }, { url }) {
  const all = { accept: "text/event-stream", ...headers };
  const standard = { method: "GET", credentials: "same-origin", cache: "no-store", mode: "cors", redirect: "follow", body: null };
  return { url, ...standard, ...rest, headers: sorted(all), probes };
}

function isRequest(expected, request) {
  const probes = request.probing;
  return Object.entries(expected).every(([name, value]) => {
    switch (name) {
      case "headers":
        return JSON.stringify(value) === JSON.stringify(sorted(request.headers));
      case "probes":
        return value.length === probes.length && value.every((probe, index) => isProbe(probe, probes[index]));
      default:
        return isAsExpected(value, request[name]);
    }
  });
}

function isProbe(expected, probe) {
  const standard = { credentials: "same-origin", cache: "no-store" };
  return Object.entries({ ...standard, ...expected }).every(([name, value]) => probe[name] === value);
}

function sorted(headers) {
  return Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function compareLists(what, expected, actual, isSame) {
  const found = [];
  for (let index = 0; index < Math.max(expected.length, actual.length); index += 1) {
    if (index >= expected.length) {
      found.push(`${what}[${index}] is one too many: ${show(actual[index])}`);
    } else if (index >= actual.length) {
      found.push(`${what}[${index}] is missing: ${show(expected[index])}`);
    } else if (!isSame(expected[index], actual[index])) {
      found.push(`${what}[${index}] should be ${show(expected[index])} and is ${show(actual[index])}`);
    }
  }
  return found;
}

function compare(when, expected, actual) {
  return Object.entries(expected)
    .filter(([name, value]) => !isAsExpected(value, actual[name]))
    .map(([name, value]) => `${when} ${name} should be ${show(value)} and is ${show(actual[name])}`);
}

function show(value) {
  const text = JSON.stringify(value) ?? "undefined";
  return text.length > 600 ? `${text.slice(0, 600)}...` : text;
}
