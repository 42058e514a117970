// Turns: what is done in a turn of its own has the stack to itself, and every promise that it settles has run its
// reactions before the next turn begins. So it is for events that a browser dispatches, and so it would not be if events
// were dispatched in a loop: `await` in a listener would go on only after the last event of a chunk.

/** How many turns one message may give. A message costs as much as many turns. */
const TURNS_PER_MESSAGE = 256;

/** How long the turns of one message may take together, in milliseconds: the page gets to do other things after it. */
const TIME_PER_MESSAGE = 8;

/** How often the clock is looked at: it costs as much as what a turn may do. */
const TURNS_PER_LOOK = 16;

/** As it is now: fake timers that a test puts in its place may forget what they were asked for. */
const { setImmediate } = globalThis;

/** Who wants turns. Everybody gets one after the other. */
const waiting = [];

/** There will be a turn. */
let asked = false;
let askPlatform;
let taken = 0;
/** When the last message came, or the last turn was taken without one. */
let began = -Infinity;
/** The time since then is up. */
let isLate = false;

/** Calls `turn` in turns of its own until it does not answer true. `later`: not before other tasks have had theirs. */
export function takeTurns(turn, later) {
  if (later || asked || performance.now() - began < TIME_PER_MESSAGE) {
    waiting.push(turn);
    ask();
  } else {
    queueMicrotask(() => takeFirstTurn(turn));
  }
}

/**
 * Where nobody has had a turn for a while, this one need not wait for a message: the stack is its own as soon as what has
 * called for it returns, and its reactions have run before the next turn, which comes by a message.
 */
function takeFirstTurn(turn) {
  begin();
  if (turn()) {
    waiting.push(turn);
    ask();
  }
}

/** Whether what is done without a turn should wait for one now, so that the page gets to do other things. */
export function isTimeForOthers() {
  taken += 1;
  if (taken % TURNS_PER_LOOK === 0) {
    isLate = performance.now() - began > TIME_PER_MESSAGE;
  }
  return isLate;
}

function begin() {
  began = performance.now();
  isLate = false;
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
    return () => setImmediate(() => giveFirstTurn());
  }
  // A browser runs them after each listener that it calls itself, be they many of one message.
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener("message", giveFirstTurn);
  for (let count = 2; count < TURNS_PER_MESSAGE; count += 1) {
    port1.addEventListener("message", (message) => giveTurn(message, isTimeForOthers()));
  }
  port1.addEventListener("message", (message) => giveTurn(message, true));
  port1.start();
  return () => port2.postMessage(null);
}

function giveFirstTurn(message) {
  begin();
  giveTurn(message, message === undefined);
}

/** What a turn throws is a fault of ours: it is reported, and takes nobody else's turn. */
function giveTurn(message, isLast) {
  const turn = waiting[0];
  let goesOn = false;
  try {
    goesOn = turn();
  } finally {
    // Behind everybody else; who is alone has no need to move.
    if (!goesOn || waiting.length > 1) {
      waiting.shift();
      if (goesOn) {
        waiting.push(turn);
      }
    }
    // The listeners that would find nothing to do are not worth their calls.
    if (waiting.length === 0) {
      asked = false;
      message?.stopImmediatePropagation();
    } else if (isLast) {
      message?.stopImmediatePropagation();
      askPlatform();
    }
  }
}
