// Turns on a platform that keeps the requests which a server answers apart. What one of them has asked for never comes when that
// request has ended, and its streams may not be read in a task of another. So sources have no queue in common as in `scheduler.js`,
// which this file stands in for: each asks the platform for its own turns.
import { setImmediate, setTimeout } from "../platform.js";
import { begin } from "./pace.js";

/** Both run microtasks before the next one. Ports do not, in workerd: they give all messages that are there first. */
const wait = setImmediate ?? setTimeout;

/** Calls `turn` in turns of its own until it does not answer true. */
export function takeTurns(turn) {
  wait(() => {
    begin();
    if (turn()) {
      takeTurns(turn);
    }
  });
}

/** There is no page that could go into the back/forward cache. */
export function askAgain() {}
