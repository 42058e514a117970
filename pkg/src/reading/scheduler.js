// Turns. A turn has the stack to itself. When it settles promises, all their reactions run before the next turn begins. Events
// that a browser dispatches are like this. If events were dispatched in a loop, an `await` in a listener would go on only after
// the last event of a chunk.

import { MessageChannel, queueMicrotask, runInRootZone, setImmediate, setTimeout } from "../platform.js";
import { begin, isRecent, isTimeForOthers } from "./pace.js";

/** How many turns one task may give. A task costs as much as many turns. */
const TURNS_PER_TASK = 256;

/** The functions that want turns. Each gets one, then the next. */
const waiting = [];

/** There will be a turn. */
let asked = false;
let askPlatform;
/** Microtasks have run since the first turn of the present event. */
let isCheckpointed = false;

/** Calls `turn` in turns of its own until it does not return true. With `later`, other tasks run first. */
export function takeTurns(turn, later) {
  if (later || asked || isRecent()) {
    waiting.push(turn);
    ask();
  } else {
    queueMicrotask(() => takeFirstTurn(turn));
  }
}

/**
 * After a pause a turn need not wait for a task. A microtask has the stack to itself, too, and its reactions have run before the
 * next turn, which comes in a task.
 */
function takeFirstTurn(turn) {
  begin();
  if (turn()) {
    waiting.push(turn);
    ask();
  }
}

function ask() {
  if (!asked) {
    asked = true;
    askPlatform ??= runInRootZone(turnsOfPlatform);
    askPlatform();
  }
}

/** Firefox drops turns that were requested while the page went into the back/forward cache. */
export function askAgain() {
  if (asked) {
    askPlatform();
  }
}

function turnsOfPlatform() {
  // The elements of jsdom, which runs in Node, fire nothing.
  if (/\[native code]/.test(globalThis.HTMLDetailsElement)) {
    return turnsOfElements();
  }
  // Node calls the listeners of a message in a loop of its own, but it runs microtasks after each immediate.
  const wait = setImmediate ?? (MessageChannel ? undefined : setTimeout);
  return wait === undefined ? turnsOfPort() : () => runInRootZone(() => wait(() => giveFirstTurn()));
}

/**
 * In a window: elements that nobody sees. In Chromium and Firefox they are as quick as a port, but WebKit sends a port's message
 * by way of another process, where it waits behind all that the network has for the page. There are two, in turn, because what an
 * element is asked for while it dispatches its `toggle` is lost in Safari 16.
 */
function turnsOfElements() {
  const elements = [0, 1].map(() => document.createElementNS("http://www.w3.org/1999/xhtml", "details"));
  giveTurnsOn(elements, "toggle");
  return () => elements.reverse()[0].toggleAttribute("open");
}

function turnsOfPort() {
  const { port1, port2 } = new MessageChannel();
  giveTurnsOn([port1], "message");
  port1.start();
  return () => port2.postMessage(null);
}

function giveTurnsOn(targets, type) {
  const listen = (listener) => targets.forEach((target) => target.addEventListener(type, listener));
  listen(giveFirstTurn);
  for (let count = 2; count < TURNS_PER_TASK; count += 1) {
    listen((event) => giveNextTurn(event, isTimeForOthers()));
  }
  listen((event) => giveNextTurn(event, true));
}

/** A browser runs microtasks after each listener that it calls, also if many listen to one event. Elsewhere an event is one turn. */
function giveNextTurn(event, isLast) {
  if (isCheckpointed) {
    giveTurn(event, isLast);
  } else {
    event.stopImmediatePropagation();
    askPlatform();
  }
}

function giveFirstTurn(event) {
  begin();
  if (event !== undefined) {
    isCheckpointed = false;
    queueMicrotask(() => (isCheckpointed = true));
  }
  giveTurn(event, event === undefined);
}

/** An exception in a turn is our own fault. It is reported, and other turns go on. */
function giveTurn(event, isLast) {
  const turn = waiting[0];
  if (turn === undefined) {
    // It was asked for twice.
    return;
  }
  let goesOn = false;
  try {
    goesOn = turn();
  } finally {
    // Moves to the end of the queue, unless it is alone in it.
    if (!goesOn || waiting.length > 1) {
      waiting.shift();
      if (goesOn) {
        waiting.push(turn);
      }
    }
    // So that the remaining listeners are not called for nothing.
    if (waiting.length === 0) {
      asked = false;
      event?.stopImmediatePropagation();
    } else if (isLast) {
      event?.stopImmediatePropagation();
      askPlatform();
    }
  }
}
