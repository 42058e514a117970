// Which sources share a connection.
import { SETTING_COMMENTS } from "../engine/constants.js";

/** Everything that makes two requests the same, as a text. It is hashed, for it may be secret. `kind` is how they share. */
export function identityOf(kind, url, { withCredentials, lastEventId, engine, request = {}, shared }) {
  const { method = "GET", headers = {}, body, members = {}, parameter } = request;
  const sorted = (pairs) => pairs.map(([name, value]) => [name.toLowerCase(), value]).sort();
  return JSON.stringify([
    ...[kind, url, withCredentials, lastEventId, method, parameter ?? null, shared.key ?? null],
    sorted(Object.entries(members)),
    typeof headers === "function" ? null : sorted(Object.entries(headers)),
    isText(body) ? `${body}` : null,
    // Whether somebody wants comments is nobody else's business.
    engine.filter(([setting]) => setting !== SETTING_COMMENTS),
  ]);
}

/** Whether the body can be compared. */
export function isText(body) {
  return typeof body === "string" || (globalThis.URLSearchParams !== undefined && body instanceof URLSearchParams);
}
