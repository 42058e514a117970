// Where the files of the suite put their cases. One section of HTML §9.2 is one file.

/** `{ number, title, cases: [{ sentence, options, body }] }`, in the order of the imports in suite/index.js. */
export const sections = [];

/**
 * Opens a section; what it returns registers a case: `test("sentence", { options }, async (t) => {})`. Options:
 *
 * - `native`: `{ firefox: "reason" }`, where the browser's own EventSource is known to fail, and why. The key is an
 *   engine, or an engine and a scope as in `"webkit service-worker"`. Such a failure is listed and is none of the failed;
 *   once the browser passes, that is reported.
 * - `both`, `ours`: the same for what an engine does to every client, and for what only ours cannot make good.
 * - `skip`: `{ node: "reason" }`, where the case says nothing: an engine, a scope, an implementation ("native", "shared").
 * - `alone`: true, where the case keeps the machine so busy that others beside it would come too late.
 * - `timeout`: milliseconds, where 10,000 is not enough.
 */
export function section(number, title) {
  const cases = [];
  sections.push({ number, title, cases });
  return function test(sentence, ...rest) {
    const body = rest.pop();
    const options = rest.pop() ?? {};
    cases.push({ sentence, options, body });
  };
}
