// Another attempt to load the engine. The engine decides when to connect again; without it, this does.
import {
  DEFAULT_MAX_DELAY,
  DEFAULT_RECONNECTION_TIME,
  SETTING_INITIAL_DELAY,
  SETTING_MAX_ATTEMPTS,
  SETTING_MAX_DELAY,
} from "./constants.js";
import { clearTimeout, setTimeout } from "../platform.js";

/** As in `src/connection/reconnection.rs`. */
const MIN_SPACING = 100;

/**
 * Calls `again` after a wait, if the error of this attempt is one of the network and the source's settings allow another. Returns
 * how long the wait is, and how to end it: `now` does it with another attempt, `end` without. Undefined if no attempt follows.
 */
export function retryLoading(error, attempt, settings, again) {
  const {
    [SETTING_INITIAL_DELAY]: time = DEFAULT_RECONNECTION_TIME,
    [SETTING_MAX_DELAY]: maxDelay = DEFAULT_MAX_DELAY,
    [SETTING_MAX_ATTEMPTS]: maxAttempts = Infinity,
  } = Object.fromEntries(settings);
  if (!error?.isTemporary || attempt > maxAttempts) {
    return undefined;
  }
  // The sum of `Reconnection::delay`, for a time that the server has not set.
  const more = Math.min(Math.max(time, MIN_SPACING) * 2 ** (attempt - 1), Math.max(maxDelay - time, 0));
  const reconnectsIn = time + more * Math.random();
  const end = () => {
    clearTimeout(timer);
    globalThis.removeEventListener?.("online", now);
  };
  const now = () => {
    end();
    again();
  };
  const timer = setTimeout(now, reconnectsIn);
  globalThis.addEventListener?.("online", now);
  return { reconnectsIn, now, end };
}
