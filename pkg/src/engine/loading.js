// Loads the engine: the way the entry does, or as `init` says.
import { javascript } from "./javascript.js";
import { causeOf } from "./webassembly.js";

/** The engine's module, or the promise of it. */
let module;
/** What `init` has said, as a function that gets the module. */
let given;

/**
 * The engine's module, or a promise of it. It is got at the first call, which is that of the first source. `own` is how the entry gets it.
 * Where that fails the next call tries again.
 */
export function load(own) {
  if (module === undefined) {
    module = (given ?? own)();
    module.then?.(
      (loaded) => (module = loaded),
      () => (module = undefined),
    );
  }
  return module;
}

/** The engine as JavaScript, where WebAssembly is forbidden or missing. `error` is what was thrown instead of it, if it was tried. */
export async function javascriptInstead(error) {
  try {
    return await javascript();
  } catch (cause) {
    throw causeOf(error, cause);
  }
}

/**
 * The function `init`, for before the first source. `take` gets what it was given, and returns a function that gets the module, if it is
 * of use. `init.js()` asks for the engine as JavaScript.
 */
export function defineInit(take) {
  // As methods, so that their names stay when they are minified.
  const { init, js } = {
    init(options) {
      const get = take(options?.wasm);
      if (get !== undefined) {
        give(get);
      }
    },
    js() {
      if (given !== javascript) {
        give(javascript);
      }
      const loading = Promise.resolve(load()).then(() => {});
      // The sources hear of it, if there are any.
      loading.catch(() => {});
      return loading;
    },
  };
  return Object.assign(init, { js });
}

export function initError(message, Class = Error) {
  return new Class(`Failed to execute 'init': ${message}.`);
}

function give(get) {
  if (module !== undefined) {
    throw initError("it is loaded already. Call this before the first source or stream is made");
  }
  given = get;
}
