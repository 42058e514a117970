// Which sources share a connection.
import { SETTING_COMMENTS, SETTING_VERIFIES_WHEN_BACK } from "../engine/constants.js";

/** What concerns one source only: whether it wants comments, and whether it verifies the connection when its page is back. */
const OWN = [SETTING_COMMENTS, SETTING_VERIFIES_WHEN_BACK];

/** Everything that makes two requests the same, as a text. It is hashed, for it may be secret. `kind` is how they share. */
export function identityOf(kind, url, { withCredentials, lastEventId, engine, request = {}, shared }) {
  const { method = "GET", headers = {}, body, members = {}, parameter } = request;
  const sorted = (pairs) => pairs.map(([name, value]) => [name.toLowerCase(), value]).sort();
  return JSON.stringify([
    ...[kind, url, withCredentials, lastEventId, method, parameter ?? null, shared.key ?? null],
    sorted(Object.entries(members)),
    typeof headers === "function" ? null : sorted(Object.entries(headers)),
    isText(body) ? `${body}` : null,
    engine.filter(([setting]) => !OWN.includes(setting)),
  ]);
}

/** Whether the body can be compared. */
export function isText(body) {
  return typeof body === "string" || (globalThis.URLSearchParams !== undefined && body instanceof URLSearchParams);
}
