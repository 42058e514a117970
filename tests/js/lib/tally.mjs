/** Counts, tells of failures as they come, and ends the output with the line that is added up elsewhere. */
export class Tally {
  passed = 0;
  failed = 0;

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

  /** Runs one test of a script that has a handful. */
  async test(name, body) {
    try {
      await body();
    } catch (error) {
      const compared = error.code === "ERR_ASSERTION" || error.name === "AssertionError";
      const values = compared && "actual" in error && { expected: show(error.expected), actual: show(error.actual) };
      this.fail(name, { message: error.message, stack: error.stack, ...values });
      return;
    }
    this.pass(name);
  }

  /** The last line. A run without tests has failed, unless a filter left none. */
  end({ filtered = false } = {}) {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    const ranNone = this.passed + this.failed === 0 && !filtered;
    process.exitCode = this.failed > 0 || ranNone ? 1 : 0;
  }
}

function show(value) {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
}
