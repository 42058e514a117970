// What fails today in tests/packaging/, and why. Whoever mends it removes the line: a test that passes against it has failed.

/** The names of tests, with the words that their failures must have. */
export const KNOWN_TO_FAIL = {};

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
