// What fails today in tests/packaging/, and why. Whoever mends it removes the line: a test that passes against it has failed.

/** The names of tests, with the words that their failures must have. */
export const KNOWN_TO_FAIL = {
  ...Object.fromEntries(
    ["chromium", "firefox", "webkit"].map((browser) => [
      `csp_index in ${browser}`,
      { because: "there is no engine without WebAssembly, which the policy forbids", failure: /WebAssembly is forbidden/ },
    ]),
  ),
  ...Object.fromEntries(
    ["external", "stream"].map((entry) => [
      `parcel_${entry} in chromium`,
      { because: "Parcel does not read exports, and there are no folders for it", failure: /Failed to resolve 'wasm-eventsource/ },
    ]),
  ),
};

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
