// What fails today in tests/packaging/, and why. Whoever mends it removes the line: a test that passes against it has failed.

/** The names of tests, with the words that their failures must have. */
export const KNOWN_TO_FAIL = Object.fromEntries(
  [
    {
      names: ["csp_index in chromium", "csp_index in firefox", "csp_index in webkit"],
      because: "there is no engine without WebAssembly, which the policy forbids",
      failure: /WebAssembly is forbidden/,
    },
    {
      names: ["parcel_external in chromium", "parcel_stream in chromium"],
      because: "Parcel does not read exports, and there are no folders for it",
      failure: /Failed to resolve 'wasm-eventsource/,
    },
    {
      names: ["attw_index"],
      because: "TypeScript's node10 does not read exports, and there are no folders for it",
      failure: /node10: .*Resolution failed/,
    },
    {
      names: ["typescript5-node_index", "typescript5-node_index cts", "typescript7-node_index", "typescript7-node_index cts"],
      because: "the types name what only the DOM library has",
      failure: /Cannot find name 'HeadersInit'/,
    },
    {
      names: ["esbuild-classic_index in chromium", "webpack5-classic_index in chromium"],
      because: "the engine is inside in characters that a page without a charset reads in another encoding",
      failure: /not read as UTF-8/,
    },
    {
      names: ["workerd_index"],
      because: "workerd compiles no module from bytes",
      failure: /Wasm code generation disallowed by embedder/,
    },
    {
      names: ["next_index edge"],
      because: "setImmediate of Next's edge runtime is a stub that throws, and so the source hangs",
      failure: /TimeoutError/,
    },
  ].flatMap(({ names, ...known }) => names.map((name) => [name, known])),
);

/** Fails if the test passes, or fails with other words than are known. */
export async function failsAsKnown(test, name) {
  const { failure } = KNOWN_TO_FAIL[name];
  const error = await test().then(
    () => undefined,
    (error) => error,
  );
  if (!error) {
    throw new Error(`${name} passes: it is to be removed from the table in tests/js/lib/packaging-known.mjs`);
  }
  if (!failure.test(`${error.message} ${JSON.stringify(error.actual ?? "")}`)) {
    throw error;
  }
}
