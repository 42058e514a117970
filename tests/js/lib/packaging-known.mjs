// What fails today in tests/packaging/, and why. Whoever mends it removes the line: a test that passes against it has failed.
import assert from "node:assert/strict";

/** By the names of tests, `{ because, failure }`: why, and a pattern of the words that their failures must have. Nothing does, today. */
export const KNOWN_TO_FAIL = {};

/** Fails if the test passes, or fails with other words than are known. */
export async function failsAsKnown(test, { failure }) {
  const error = await test().then(
    () => undefined,
    (error) => error,
  );
  if (!error) {
    throw new Error("it passes: it is to be removed from the table in tests/js/lib/packaging-known.mjs");
  }
  if (!failure.test(`${error.message} ${JSON.stringify(error.actual ?? "")}`)) {
    throw error;
  }
}

/** The table itself: of tests that there are, and turned round by whatever it does not know. */
export async function tableOfKnown(test, projects) {
  await test("what is known to fail are tests that there are", () => {
    const names = projects.flatMap(({ tests }) => tests.map(({ name }) => name));
    assert.deepEqual(Object.keys(KNOWN_TO_FAIL).filter((name) => !names.includes(name)), []);
  });
  await test("what passes though it is known to fail has failed, and what fails with other words, too", async () => {
    const known = { failure: /forbidden/ };
    const fails = async (words) => {
      throw new Error(words);
    };
    await failsAsKnown(() => fails("it is forbidden"), known);
    await assert.rejects(() => failsAsKnown(async () => {}, known), /it passes/);
    await assert.rejects(() => failsAsKnown(() => fails("it is missing"), known), /it is missing/);
  });
}
