// How the engine is got: as the entry does it, or as `init` has said, or as JavaScript where WebAssembly is forbidden or missing.
import { fromGiven, checked, failure } from "./given.js";
import { javascript } from "./javascript.js";
import { canInstantiate, causeOf } from "./webassembly.js";

/** The engine's module, or the promise of it. */
let module;
/** What `init` has said, as a function that gets the module. */
let given;

/**
 * The engine's module, or a promise of it. It is got at the first call, which is that of the first source. `own` is how the entry gets it.
 * Where that fails the next call tries again.
 */
export function load(own) {
  return (module ??= begin(given ?? own));
}

function begin(get) {
  let loading;
  try {
    loading = get();
    if (typeof loading.then !== "function") {
      return loading;
    }
  } catch (error) {
    loading = Promise.reject(error);
  }
  return loading.catch(instead).then(
    (loaded) => (module = loaded),
    (error) => {
      module = undefined;
      throw error;
    },
  );
}

/** The engine as JavaScript, if it is WebAssembly that is missing. */
async function instead(error) {
  if (canInstantiate()) {
    throw error;
  }
  try {
    return await javascript();
  } catch (cause) {
    throw causeOf(error, cause);
  }
}

/**
 * The function `init`, for before the first source. It says where the module is, or hands it over: a URL, a response, bytes, a compiled
 * module, or a promise of one. `init.js()` asks for the engine as JavaScript.
 */
export function defineInit() {
  // As methods, so that their names stay when they are minified.
  const { init, js } = {
    init(options) {
      const wasm = checked(options?.wasm);
      give(() => fromGiven(wasm));
      // The sources hear of it, if there are any.
      wasm.then?.(undefined, () => {});
    },
    js() {
      if (given !== javascript) {
        give(javascript);
      }
      const loading = Promise.resolve(load()).then(() => {});
      // The sources hear of it, too.
      loading.catch(() => {});
      return loading;
    },
  };
  return Object.assign(init, { js });
}

function give(get) {
  if (module !== undefined) {
    throw failure("it is loaded already. Call this before the first source or stream is made");
  }
  given = get;
}
