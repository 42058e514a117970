// What the console is told, as browsers tell it for their own EventSource.

/** What a callback of the page has thrown, as if a listener had: the page's own handlers of errors hear of it. */
export function report(error) {
  if (typeof reportError === "function") {
    reportError(error);
  } else {
    // Node has an exception of a listener uncaught, too.
    queueMicrotask(() => {
      throw error;
    });
  }
}

let unavailableReported = false;

/** The connection has failed for good, and not because it was meant to. */
export function reportFailure(url, complaint) {
  console.error(`EventSource: ${url}: ${complaint}. The connection is closed and will not be opened again.`);
}

/** There is no engine and there will be none. Said once, however many sources are made. */
export function reportUnavailable(error) {
  if (unavailableReported) {
    return;
  }
  unavailableReported = true;
  console.error(
    "wasm-eventsource: its WebAssembly could not be loaded or compiled, so the EventSource is CLOSED. " +
      "If the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src directive.",
    error,
  );
}
