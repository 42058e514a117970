// Events of the page: it is hidden, frozen, put into the back/forward cache, or online again, or its policy blocks a request.
import { clearTimeout, setTimeout } from "../platform.js";
import { askAgain } from "../reading/scheduler.js";

/**
 * How long a navigation may take from its beginning to `pagehide`, in milliseconds. It breaks connections off before it hides the
 * page.
 */
const LEAVING_TIME = 500;

/**
 * For how long after its beginning a navigation may be what breaks a connection off, in milliseconds. Engines that do it before
 * `pagehide` do it at once.
 */
const BREAKING_TIME = 1000;

/** A navigation has begun, a moment ago. It may lead nowhere: it is cancelled, or turns out to be a download. */
let isLeaving = false;
let expiry;

/** The sources that are told. */
const watchers = new Set();

/** What to do about an event of the window or the worker, by its type. */
const REACTIONS = {
  beforeunload() {
    isLeaving = true;
    // No task comes while the user is asked whether to leave: the time begins after that.
    expire(() => expire(() => (isLeaving = false), BREAKING_TIME));
  },
  pagehide() {
    isLeaving = false;
    tell((watcher) => watcher.pageHidden());
  },
  pageshow() {
    askAgain();
    tell((watcher) => watcher.pageShown());
  },
  online: () => tell((watcher) => watcher.online()),
  visibilitychange: () => tell((watcher) => watcher.visibilityChanged()),
  // The user has come to a page that was prerendered.
  prerenderingchange: () => tell((watcher) => watcher.visibilityChanged()),
  // The end of a freeze: timers have slept, and the page may be hidden now.
  resume: () => tell((watcher) => watcher.visibilityChanged()),
  securitypolicyviolation({ disposition, effectiveDirective, blockedURI }) {
    if (disposition === "enforce" && effectiveDirective === "connect-src") {
      tell((watcher) => watcher.requestBlocked(blockedURI));
    }
  },
};

/** Whether the document is made in case that the user comes to it. https://wicg.github.io/nav-speculation/prerendering.html */
export function isPrerendering() {
  return globalThis.document?.prerendering === true;
}

/** Resolves when the document is no longer prerendered. */
export async function activation() {
  if (isPrerendering()) {
    await new Promise((resolve) => document.addEventListener("prerenderingchange", resolve, { once: true }));
  }
}

/** Tells a watcher from now on, until the function that is returned is called. */
export function watchPage(watcher) {
  if (watchers.size === 0) {
    listen("addEventListener");
  }
  watchers.add(watcher);
  return () => {
    if (watchers.delete(watcher) && watchers.size === 0) {
      listen("removeEventListener");
    }
  };
}

/**
 * How long to keep a failure back, in milliseconds, so that its cause can be told first: that the page goes, or that a policy
 * blocks the request, each in a task of its own.
 */
export function timeToTell() {
  return isLeaving ? LEAVING_TIME : 0;
}

function expire(callback, delay) {
  clearTimeout(expiry);
  expiry = setTimeout(callback, delay);
}

/** All sources share these listeners. They capture, for `resume` does not bubble. Node has no such function. */
function listen(method) {
  for (const type of Object.keys(REACTIONS)) {
    globalThis[method]?.(type, react, true);
  }
}

function react(event) {
  REACTIONS[event.type]?.(event);
}

function tell(call) {
  // A copy: a source that is told may close another.
  [...watchers].forEach(call);
}
