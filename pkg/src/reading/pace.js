// How long turns may follow each other before the page gets to do other things.
import { now } from "../platform.js";

/** How long the turns of one task may take together, in milliseconds. */
const TIME_PER_TASK = 8;

/** The clock is read once for this many turns, because reading it may cost as much as a turn. */
const TURNS_PER_LOOK = 16;

let taken = 0;
/** When the last task with turns began, or the last turn was taken without one. */
let began = -Infinity;
/** The time since then is up. */
let isLate = false;

export function begin() {
  began = now();
  isLate = false;
}

/** Whether turns may still be going on that have begun before. */
export function isRecent() {
  return now() - began < TIME_PER_TASK;
}

/** Whether work without a turn should wait for a turn now, so that the page can do other things. */
export function isTimeForOthers() {
  taken += 1;
  if (taken % TURNS_PER_LOOK === 0) {
    isLate = now() - began > TIME_PER_TASK;
  }
  return isLate;
}
