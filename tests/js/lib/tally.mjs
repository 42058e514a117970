/** So many tests of a script may fail the first time and pass the second; more are a fault. */
const UNSTEADY = 2;

/** Counts, tells of failures as they come, and ends the output with the line that is added up elsewhere. */
export class Tally {
  passed = 0;
  failed = 0;
  unsteady = 0;

  pass(name) {
    this.passed += 1;
    if (name) {
      console.log(`ok      ${name}`);
    }
  }

  fail(name, { message, expected, actual, stack } = {}) {
    this.failed += 1;
    console.log(`FAILED  ${name}`);
    console.log(`        ${message}`);
    if (expected !== undefined) {
      console.log(`        expected ${expected}\n        actual   ${actual}`);
    } else if (stack) {
      console.log(stack.replace(/^/gm, "        "));
    }
  }

  /**
   * Runs one test of a script that has a handful. One that fails is run once more, as the cases of the suite are, for the
   * same reason.
   */
  async test(name, body) {
    const first = await failureOf(body);
    const error = first && (await failureOf(body));
    if (first && !error) {
      this.unsteady += 1;
      console.log(`UNSTEADY ${name}: ${first.stack ?? first}`);
    }
    if (error) {
      const compared = error.code === "ERR_ASSERTION" || error.name === "AssertionError";
      const values = compared && "actual" in error && { expected: show(error.expected), actual: show(error.actual) };
      this.fail(name, { message: error.message, stack: error.stack, ...values });
      return;
    }
    this.pass(name);
  }

  /** The last line. A run without tests has failed, unless a filter left none. */
  end({ filtered = false } = {}) {
    if (this.unsteady > UNSTEADY) {
      this.fail("steadiness", { message: `${this.unsteady} tests failed the first time and passed the second` });
    }
    console.log(`${this.passed} passed, ${this.failed} failed`);
    const ranNone = this.passed + this.failed === 0 && !filtered;
    process.exitCode = this.failed > 0 || ranNone ? 1 : 0;
  }
}

/** What the body fails with, if it does. */
async function failureOf(body) {
  try {
    await body();
    return undefined;
  } catch (error) {
    return error ?? new Error("failed for no reason");
  }
}

function show(value) {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
