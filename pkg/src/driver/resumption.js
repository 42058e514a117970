// Another request in the place of one that may not be repeated: it goes on where the last one ended.
import { isGiven, isObject } from "../event-source/idl.js";
import { reportException } from "../event-source/report.js";
import { parseUrl, readRequest } from "./request.js";

/**
 * Asks `resume` for the next request, and tells it why there has to be one. Returns its `url`, if it is another one, and its `request`, as
 * `readRequest` makes it. Undefined if there is to be none. An exception of `resume`, or an answer that is no request, is reported, and
 * means no.
 */
export async function nextRequest({ resume, request }, told) {
  try {
    const answer = await resume(told);
    if (answer === true) {
      return { request };
    }
    if (!isGiven(answer) || answer === false) {
      return undefined;
    }
    if (!isObject(answer)) {
      throw new TypeError('resume must answer a request such as { url: "/answers/7" }, true or false.');
    }
    return readAnswer(answer, request);
  } catch (error) {
    reportException(error);
    return undefined;
  }
}

/** What the answer leaves out is as in the request before, but for the method, which is GET, and the body. */
function readAnswer({ url, method, headers, body }, { members, headers: before = {}, fetch, parameter: lastEventIdParameter } = {}) {
  const all = { ...members, method, body, headers: headers ?? (isGiven(body) ? before : withoutType(before)), fetch, lastEventIdParameter };
  return { url: isGiven(url) ? parseUrl(`${url}`).href : undefined, ...readRequest(all) };
}

/** A request without a body has no type of it either. */
function withoutType(headers) {
  if (typeof headers === "function") {
    return headers;
  }
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-type"));
}
