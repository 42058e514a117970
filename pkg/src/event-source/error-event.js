// The event that is fired when there is no connection: the standard's, and why there is none and what follows.

/**
 * A plain Event, as browsers fire it, with the members of a driver's failure. They are not enumerable, so that nobody comes upon
 * them who does not ask.
 */
export function errorEvent(failure) {
  const event = new Event("error");
  for (const [name, value] of Object.entries(failure)) {
    Object.defineProperty(event, name, { value, configurable: true });
  }
  return event;
}

/** Without an engine there is nobody to ask. */
export function unavailableEvent(error, attempt = 1, reconnectsIn = undefined) {
  return errorEvent({ reason: "unavailable", message: `${error}`, attempt, reconnectsIn, cause: error });
}
