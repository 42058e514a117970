// Messages to the console, as browsers write them for their own EventSource.
import { reportError, setTimeout } from "../platform.js";

let unavailableReported = false;

/** The connection has failed for good, and not because it was meant to. */
export function reportFailure(url, complaint, cause) {
  tellConsole(`EventSource: ${url}: ${complaint}. The connection is closed for good.`, ...(cause === undefined ? [] : [cause]));
}

/** What a function of the page's throws, as the platform reports what a listener throws. */
export function reportException(error) {
  if (typeof reportError === "function") {
    quietly(() => reportError(error));
  } else {
    // Node has no such function.
    setTimeout(() => {
      throw error;
    });
  }
}

/** Calls a function of the page's, not as a method of ours. What it throws is the page's. */
export function callBack(call, value) {
  try {
    call(value);
  } catch (error) {
    reportException(error);
  }
}

/** There is no engine and there will be none. Reported once, however many sources are made. */
export function reportUnavailable(error) {
  if (unavailableReported) {
    return;
  }
  unavailableReported = true;
  tellConsole("wasm-eventsource: there is no engine, so the EventSource is CLOSED:", error);
}

function tellConsole(...what) {
  quietly(() => console.error(...what));
}

/** Tests replace what reports, so that it throws. That is not to end the source a second time, or to stop others. */
function quietly(report) {
  try {
    report();
  } catch {
    // Or there is no console.
  }
}
