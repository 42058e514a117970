// Turns: what is done in a turn of its own has the stack to itself, and every promise that it settles has run its
// reactions before the next turn begins. So it is for events that a browser dispatches, and so it would not be if events
// were dispatched in a loop: `await` in a listener would go on only after the last event of a chunk.

/**
 * How many turns one message gives. A message costs as much as several events, a turn that nobody takes next to nothing;
 * and between two messages the page gets to do other things.
 */
const TURNS_PER_MESSAGE = 32;

/** Who wants turns. Everybody gets one after the other. */
const waiting = [];

/** There will be a turn. */
let asked = false;
let askPlatform;

/** Calls `turn` in turns of its own until it does not answer true. */
export function takeTurns(turn) {
  waiting.push(turn);
  ask();
}

function ask() {
  if (!asked) {
    asked = true;
    askPlatform ??= turnsOfPlatform();
    askPlatform();
  }
}

function turnsOfPlatform() {
  // Node calls the listeners of a message in a loop of its own, but it runs microtasks after each immediate.
  if (typeof setImmediate === "function") {
    return () => setImmediate(giveLastTurn);
  }
  // A browser runs them after each listener that it calls itself, be they many of one message.
  const { port1, port2 } = new MessageChannel();
  for (let count = 1; count < TURNS_PER_MESSAGE; count += 1) {
    port1.addEventListener("message", () => giveTurn());
  }
  port1.addEventListener("message", giveLastTurn);
  port1.start();
  return () => port2.postMessage(null);
}

function giveTurn() {
  const turn = waiting.shift();
  if (turn?.()) {
    waiting.push(turn);
  }
}

function giveLastTurn() {
  asked = false;
  try {
    giveTurn();
  } finally {
    if (waiting.length > 0) {
      ask();
    }
  }
}
