// The event that is fired when there is no connection: the standard's, and why there is none and what follows.

/** A plain Event, as browsers fire it. What is added is not enumerable, so that nobody comes upon it who does not ask. */
function withDetails(details) {
  const event = new Event("error");
  for (const [name, value] of Object.entries(details)) {
    Object.defineProperty(event, name, { value, configurable: true });
  }
  return event;
}

/** That of the connection's last failure; `refusal` is what the last response said that was refused. */
export function errorEvent(connection, refusal) {
  const [reason, message, status, attempt, reconnectsIn] = connection.failure();
  const { headers, body } = status === undefined ? {} : (refusal ?? {});
  return withDetails({ reason, message, status, headers, body, attempt, reconnectsIn });
}

/** Without an engine there is nobody to ask. */
export function unavailableEvent(error) {
  return withDetails({ reason: "unavailable", message: `${error}`, attempt: 1 });
}
