import { Context } from "./context.js";
import { sections } from "./registry.js";
import { openStreams } from "./stream.js";
import { Uncaught } from "./uncaught.js";

/** How many cases run at once: each has a connection open, of the six that a browser has for a host. */
const AT_ONCE = 4;
const TIMEOUT = 10_000;
/** What is known to fail by waiting in vain need not be waited for as long. */
const TIMEOUT_OF_KNOWN = 4000;
/**
 * How many connections Firefox may leave open in the end. It keeps some whose fetch is aborted just when something comes, until the
 * server sends something more: 2 to 3 of 100 such aborts, whatever the page does with the body. A stream that hangs sends no more.
 * `run.mjs` gives Firefox more connections for that. A case that leaves one open does so every time, and in the other browsers.
 */
const LEFT_OPEN_IN_FIREFOX = 6;
/** When more cases of a scope fail it is no accident, and to repeat them all, one by one, would take very long. */
const REPEATED_FAILURES = 8;

/**
 * Runs the suite where it is loaded; calls `report` with `{ index, section, sentence, outcome, ... }` for each case.
 * The environment is `{ engine, scope, implementation, origin, otherOrigin, filter, without, EventSource }`. Outcomes: "passed",
 * "failed", "skipped", and where a failure is known "expected failure" and "unexpected pass".
 *
 * What is not as expected is reported with `again: true`, and is run once more, alone, when all others are done: three
 * browsers share a small machine for thousands of cases, and now and then one of them is kept waiting for too long. A
 * fault of ours fails twice, or shows up again and again. When the second outcome is another, its report says so by
 * `unsteady`, which is what the first one was.
 */
export async function run(environment, report) {
  const uncaught = new Uncaught();
  const cases = sections
    .flatMap(({ number, title, cases }) => cases.map((test) => ({ ...test, section: `${number} ${title}` })))
    .map((test, index) => ({ ...test, index, key: `case-${index}` }));
  const { filter, without = [] } = environment;
  const nameOfCase = ({ section, sentence }) => `${section}: ${sentence}`;
  const chosen = cases.filter((test) => matches(nameOfCase(test), filter) && !without.some((part) => nameOfCase(test).includes(part)));
  const doubtful = [];
  const known = new Set();
  const work = async (queue) => {
    for (let test = queue.shift(); test; test = queue.shift()) {
      const first = await outcome(test, environment, uncaught);
      const again = first.outcome === "failed" || first.outcome === "unexpected pass";
      report({ ...nameOf(test), ...first, again });
      if (first.outcome === "expected failure") {
        known.add(test.index);
      }
      if (again) {
        doubtful.push({ test, first });
      }
    }
  };
  const together = chosen.filter(({ options }) => !options.alone);
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(together)));
  await work(chosen.filter(({ options }) => options.alone));
  await repeat(doubtful, environment, uncaught, report);
  const tell = (sentence, message) => report({ index: cases.length, section: "all", sentence, outcome: "failed", message });
  if (uncaught.unexpected.length > 0) {
    tell("no error is left uncaught", `uncaught during the run: ${uncaught.unexpected.join("; ")}`);
  }
  // A browser has six connections for a host: a case that leaves one open makes another one wait in vain.
  const all = await openStreams(environment, `${placeOf(environment)}-`);
  const open = all.filter((key) => !known.has(indexOf(key)));
  if (open.length > (environment.engine === "firefox" ? LEFT_OPEN_IN_FIREFOX : 0)) {
    const names = open.map((key) => cases[indexOf(key)]).map(({ section, sentence }) => `${section}: ${sentence}`);
    tell("no connection is left open", names.join("; "));
  }
}

/** Which case a stream is of. */
const indexOf = (key) => Number(/case-(\d+)/.exec(key)[1]);

function placeOf({ engine, scope, implementation }) {
  return `${engine}-${scope}-${implementation}`;
}

function nameOf({ index, section, sentence }) {
  return { index, section, sentence };
}

function matches(name, filter = []) {
  return filter.length === 0 || filter.some((part) => name.toLowerCase().includes(part.toLowerCase()));
}

async function repeat(doubtful, environment, uncaught, report) {
  const failures = doubtful.filter(({ first }) => first.outcome === "failed");
  for (const { test, first } of doubtful) {
    if (first.outcome === "failed" && failures.length > REPEATED_FAILURES) {
      report({ ...nameOf(test), ...first });
      continue;
    }
    // Another key: the server would take requests of the first time for ones of the second.
    const second = await outcome({ ...test, key: `${test.key}-again` }, environment, uncaught);
    const unsteady = second.outcome === first.outcome ? undefined : (first.message ?? first.outcome);
    report({ ...nameOf(test), ...second, unsteady });
  }
}

async function outcome(test, environment, uncaught) {
  const { engine, scope, implementation } = environment;
  const { skip = {}, both = {}, native = {}, ours = {} } = test.options;
  const skipped = skip[engine] ?? skip[scope] ?? skip[implementation] ?? (implementation === "native" ? undefined : skip.ours);
  if (skipped) {
    return { outcome: "skipped", reason: skipped };
  }
  const reasons = { ...both, ...(implementation === "native" ? native : ours) };
  const known = reasons[`${engine} ${scope}`] ?? reasons[engine];
  const { timeout = known ? TIMEOUT_OF_KNOWN : TIMEOUT } = test.options;
  const failure = await failureOf({ ...test, timeout }, environment, uncaught);
  if (known) {
    return { outcome: failure ? "expected failure" : "unexpected pass", reason: known, ...failure };
  }
  return failure ? { outcome: "failed", ...failure } : { outcome: "passed" };
}

async function failureOf(test, environment, uncaught) {
  const t = new Context(environment, uncaught, `${placeOf(environment)}-${test.key}`);
  const { timeout } = test;
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeout} ms; ${t.trace}`)), timeout);
  });
  try {
    await Promise.race([test.body(t), late]);
    return null;
  } catch (error) {
    return describe(error);
  } finally {
    clearTimeout(timer);
    t.close();
  }
}

function describe(error) {
  const failure = { message: String(error?.message ?? error) };
  if (error?.name === "AssertionError" && "actual" in error) {
    return { ...failure, expected: show(error.expected), actual: show(error.actual) };
  }
  return { ...failure, stack: error?.stack };
}

function show(value) {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
}
