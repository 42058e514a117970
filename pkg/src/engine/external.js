// The engine in a file of its own.
import { fromGiven } from "./given.js";
import { load } from "./loading.js";

/** Starts at the first `new EventSource()`, whose request goes out when the engine is there. All sources share one download. */
export const loadEngine = () => load(() => fromGiven(defaultUrl()));

/** Beside this script, unless a bundler has made a classic script of it, which does not know where it is. */
function defaultUrl() {
  try {
    return new URL("./wasm-eventsource.wasm", import.meta.url);
  } catch (error) {
    throw new Error("a classic script does not know where it is: say with init({ wasm })", { cause: error });
  }
}

export { take } from "./given.js";
