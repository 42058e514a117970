// A `Promise` of the page's own that does not keep to the standard.

const realPromise = globalThis.Promise;

const THEN = {
  "calls back at once": (_fulfilled, rejected) => rejected(new TypeError("no promise")),
  "calls back twice": (fulfilled, rejected) => {
    rejected(new TypeError("no promise"));
    fulfilled(new Response());
  },
  throws: () => {
    throw new TypeError("no promise");
  },
};

/** Puts one in the platform's place whose `then` does this, until `restore`. */
export function replace(how) {
  globalThis.Promise = { resolve: () => ({ then: THEN[how] }) };
}

export function restore() {
  globalThis.Promise = realPromise;
}
