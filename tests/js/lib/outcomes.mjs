// What came out of the runs of the suite, one run being an implementation in a scope of an engine.

export const IMPLEMENTATIONS = ["native", "ours"];

export const passed = ({ outcome }) => outcome === "passed" || outcome === "unexpected pass";
export const applies = ({ outcome }) => outcome !== "skipped";

/** `{ engine, version, scope, implementation, absent, reports }`; the reports are in the order of the suite. */
export class Run {
  absent = false;
  #reports = new Map();

  constructor({ engine, version, scope, implementation }) {
    Object.assign(this, { engine, version, scope, implementation });
  }

  get place() {
    return this.engine === this.scope ? this.engine : `${this.engine} ${this.scope}`;
  }

  get name() {
    return `${this.place} ${this.implementation}`;
  }

  /** The latest report of a case is the one that counts. */
  add(report) {
    this.#reports.set(report.index, report);
  }

  get reports() {
    return [...this.#reports.values()].sort((a, b) => a.index - b.index);
  }

  report(index) {
    return this.#reports.get(index);
  }

  toJSON() {
    const { engine, version, scope, implementation, absent, reports } = this;
    return { engine, version, scope, implementation, absent, reports };
  }
}

/** `{ engine, scope, native, ours }` with the runs of both implementations, in the order of `runs`. */
export function places(runs) {
  const found = new Map();
  for (const run of runs) {
    const { engine, scope, implementation } = run;
    const place = found.get(run.place) ?? { engine, scope, name: run.place };
    found.set(run.place, { ...place, [implementation]: run });
  }
  return [...found.values()];
}

/** Where the browser's own passes and ours, in the same place, does not: `{ engine, scope, name, native, ours }`. */
export function below(runs) {
  return places(runs).flatMap(({ engine, scope, name, native, ours }) => {
    const pairs = (native?.reports ?? []).map((report) => ({ native: report, ours: ours?.report(report.index) }));
    return pairs
      .filter((pair) => pair.ours && passed(pair.native) && !passed(pair.ours))
      .map((pair) => ({ engine, scope, name, ...pair }));
  });
}

/** Ours fails, and no option of the case says that and why. */
export const isUndeclared = ({ ours }) => ours.outcome === "failed";

/** `n of m` passed, or that there is nothing to pass. */
export function count(run) {
  if (!run || run.absent) {
    return "–";
  }
  const applying = run.reports.filter(applies);
  return `${applying.filter(passed).length} of ${applying.length}`;
}

/** The items by key, in the order in which the keys first appear. */
export function grouped(items, keyOf) {
  const groups = new Map();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
