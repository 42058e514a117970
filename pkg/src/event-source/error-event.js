// The event that is fired when there is no connection: the standard's, and why there is none and what follows.

/** A plain Event, as browsers fire it. What is added is not enumerable, so that nobody comes upon it who does not ask. */
function withDetails(details) {
  const event = new Event("error");
  for (const [name, value] of Object.entries(details)) {
    Object.defineProperty(event, name, { value, configurable: true });
  }
  return event;
}

/** That of the driver's last failure. */
export function errorEvent({ failure, refusal, cause }) {
  // A failure of another kind may have followed the last refusal.
  const { headers, body } = failure.status === undefined ? {} : (refusal ?? {});
  return withDetails({ ...failure, headers, body, cause });
}

/** Without an engine there is nobody to ask. */
export function unavailableEvent(error, attempt = 1, reconnectsIn = undefined) {
  return withDetails({ reason: "unavailable", message: `${error}`, attempt, reconnectsIn });
}
