// What every page has: the address of its stream, and a place for its outcome.
export const url = new URLSearchParams(location.search).get("stream");

const trusted = new Set();

/** Remembers whose event it is: the browser's own are trusted, ours are the one thing a script cannot make so.
 *  Tells the test server, too: its script may wait for that. */
export function saw(event) {
  trusted.add(event.isTrusted);
  fetch(`${url}/signal/seen`, { method: "POST" });
}

/** Shows the promise's value to the test, with which class is the global one and whose events came. */
export async function tell(promise) {
  try {
    const told = await promise;
    window.outcome = { told, native: EventSource === nativeEventSource, trusted: [...trusted] };
  } catch (error) {
    window.outcome = { failed: `${error}\n${error.stack}` };
  }
}

/** Resolves when the function has been called. */
export function called() {
  let call;
  const promise = new Promise((resolve) => (call = resolve));
  return { promise, call };
}
