// What tests look at, and put in the place of what the platform has.
//
// One file: the server of the tests' page does not always answer when a browser asks for five such files at a time.

const PREFIX = "wasm-eventsource/";
const { BroadcastChannel } = globalThis;

/** How many locks of groups are held and waited for in this origin. */
export async function locks() {
  const { held, pending } = await navigator.locks.query();
  return [...held, ...pending].filter(({ name }) => name.startsWith(PREFIX)).length;
}

/** Takes the lead away from whoever has it, for good. */
export async function steal() {
  const { held } = await navigator.locks.query();
  const { name } = held.find(({ name }) => name.startsWith(PREFIX) && name.endsWith("/leader"));
  let giveBack;
  const done = new Promise((resolve) => (giveBack = resolve));
  await new Promise((granted) => {
    navigator.locks.request(name, { steal: true }, () => (granted(), done)).catch(() => {});
  });
  return giveBack;
}

/** Posts what is no message to the channel of each group. */
export async function postNonsense() {
  const { held } = await navigator.locks.query();
  const groups = held.map(({ name }) => name.split("/").slice(0, 2).join("/")).filter((name) => name.startsWith(PREFIX));
  for (const group of groups) {
    const channel = new BroadcastChannel(group);
    const nothing = [undefined, "text", 7, {}, new ArrayBuffer(9), new Uint8Array(), new Uint8Array(40).fill(255)];
    for (const message of [...nothing, ...Array.from({ length: 256 }, (_, first) => new Uint8Array(60).fill(first))]) {
      channel.postMessage(message);
    }
    channel.close();
  }
}

/** Has the page be one of an insecure context, or not any more. */
export function hideLocks(hides) {
  if (hides) {
    Object.defineProperty(navigator, "locks", { configurable: true, value: undefined });
  } else {
    delete navigator.locks;
  }
}

/** Has every request for a lock be rejected, or not any more. */
export function refuseLocks(refuses) {
  if (refuses) {
    const request = () => Promise.reject(new DOMException("no locks here", "SecurityError"));
    Object.defineProperty(navigator, "locks", { configurable: true, value: { request } });
  } else {
    delete navigator.locks;
  }
}

/** Has `new BroadcastChannel` throw, or not any more. */
export function refuseChannels(refuses) {
  globalThis.BroadcastChannel = refuses
    ? class {
        constructor() {
          throw new DOMException("no storage here", "SecurityError");
        }
      }
    : BroadcastChannel;
}

const realPromise = globalThis.Promise;

/** What does not keep to the standard. */
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

/** Puts a `Promise` in the platform's place whose `then` does this, until `restorePromise`. */
export function replacePromise(how) {
  globalThis.Promise = { resolve: () => ({ then: THEN[how] }) };
}

/** Gives the platform its own back. */
export function restorePromise() {
  globalThis.Promise = realPromise;
}
