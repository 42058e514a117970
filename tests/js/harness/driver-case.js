// One case of tests/driver/ against the class of JavaScript. tests/web/driver_table.rs does the same with the Rust face.
import { FakeFetch } from "../../support/fake_fetch.js";
import { differences, expectedOf, happen, prepare, restoreDocument } from "../../support/driver_case.js";

const FACE = "javascript";
const CLOSED = 2;
/** Everything in a case comes at once, or after a fraction of a second. In milliseconds, and less than a case of the suite may take. */
const LIMIT = 8000;
/** How long it is waited for what must not come. */
const GRACE = 10;
const TICK = 2;
/** What a step waits to reach; anything else has to be as it says. */
const COUNTS = ["told", "requests", "probes", "pulls", "cancelled"];

/** What is not as the case expects it, a sentence each. */
export async function differencesOf(t, given) {
  const prepared = prepare(given);
  const run = new Run(prepared);
  try {
    await run.play(t);
    return differences(prepared, FACE, run.seen);
  } finally {
    run.end();
  }
}

class Run {
  seen = { told: [], checks: [], waiting: 0, requests: [], end: {}, left: 0 };
  #prepared;
  #expected;
  #network;
  #source;
  /** The steps that are not taken yet. */
  #steps;
  #isStepping = false;

  constructor(prepared) {
    this.#prepared = prepared;
    this.#expected = expectedOf(prepared, FACE);
    this.#steps = [...prepared.steps];
    this.#network = new FakeFetch(JSON.stringify(prepared.attempts));
  }

  async play(t) {
    const { url, options, before } = this.#prepared;
    before.forEach(happen);
    this.#source = t.eventSource(url, this.#init(options));
    this.#listen();
    await until(() => (this.#step(true), this.#isComplete()));
    await delay(GRACE);
    this.seen.requests = this.#requests();
    this.seen.end = this.#state();
    this.seen.waiting = this.#steps.length;
    // What is CLOSED has let go of everything by itself.
    if (this.#source.readyState !== CLOSED) {
      this.#source.close();
    }
    await until(() => this.#network.live() === 0);
    this.seen.left = this.#network.live();
  }

  end() {
    this.#source?.close();
    this.#network.uninstall();
    restoreDocument();
  }

  #listen() {
    const named = this.#expected.told.map(({ event }) => event).filter(Boolean);
    for (const type of new Set(["open", "message", "error", ...named])) {
      this.#source.addEventListener(type, (event) => this.#tell(toEntry(event)));
    }
  }

  #init({ comments, headersOf, retryIf, reconnect, ...options }) {
    const init = { ...options };
    if (comments) {
      init.onComment = (text) => this.#tell({ what: "comment", text });
    }
    if (headersOf) {
      init.headers = headersFrom(headersOf);
    }
    if (reconnect !== undefined || retryIf !== undefined) {
      init.reconnect = retryIf === undefined ? reconnect : { ...reconnect, retryIf: () => retryIf };
    }
    return init;
  }

  #tell(entry) {
    this.seen.told.push({ ...entry, readyState: this.#source.readyState });
    this.#step();
  }

  #isComplete() {
    const { told, requests } = this.#expected;
    const isTold = this.seen.told.length >= told.length;
    return isTold && this.#steps.length === 0 && this.#network.count() >= requests.length;
  }

  /**
   * Takes the steps that are due. One that waits for what was told is taken as soon as that was told, and any other in a task of
   * its own: what the step before it has led to is done by then.
   */
  #step(isTask = false) {
    // What a step does may tell something, or have it told.
    if (this.#isStepping) {
      return;
    }
    this.#isStepping = true;
    let mayWait = isTask;
    for (let [step] = this.#steps; step !== undefined; [step] = this.#steps) {
      const { when = {} } = step;
      const isImmediate = Object.keys(when).every((name) => name === "told");
      if (!(isImmediate || mayWait) || !this.#isDue(when)) {
        break;
      }
      mayWait &&= isImmediate;
      this.#steps.shift();
      step.do.forEach((action) => this.#act(action));
    }
    this.#isStepping = false;
  }

  #isDue(condition) {
    const state = this.#state();
    return Object.entries(condition).every(([name, value]) => {
      return COUNTS.includes(name) ? state[name] >= value : state[name] === value;
    });
  }

  #act(action) {
    const network = this.#network;
    if (["close", "reconnect", "reset"].includes(action)) {
      this.#source[action]();
    } else if ("verify" in Object(action)) {
      this.#source.verify(action.verify).then(
        () => this.#tell({ what: "verified" }),
        ({ reason = null }) => this.#tell({ what: "unverified", reason }),
      );
    } else if (["end", "break", "settle"].includes(action)) {
      network[action]();
    } else if ("send" in action) {
      network.send(action.send);
    } else if ("check" in action) {
      this.seen.checks.push({ expected: action.check, ...this.#state() });
    } else {
      happen(action);
    }
  }

  #state() {
    const requests = this.#requests();
    const { readyState, lastEventId, reconnectionTime } = this.#source;
    return {
      readyState,
      lastEventId,
      reconnectionTime,
      told: this.seen.told.length,
      live: this.#network.live(),
      pulls: this.#network.pulls(),
      requests: requests.length,
      probes: requests.reduce((sum, { probes }) => sum + probes, 0),
      cancelled: requests.filter(({ cancelled }) => cancelled).length,
    };
  }

  #requests() {
    return JSON.parse(this.#network.requests());
  }
}

function toEntry(event) {
  const { type } = event;
  if ("data" in event) {
    const { data, lastEventId, origin } = event;
    return { what: "event", type, data, lastEventId, origin };
  }
  if (type === "open") {
    return { what: "open" };
  }
  const { reason, message, status = null, attempt, reconnectsIn, body, headers } = event;
  const isFatal = reconnectsIn === undefined;
  const said = headers && Object.fromEntries(headers);
  return { what: "error", reason, message, status, attempt, isFatal, reconnectsIn, body, headers: said };
}

/** A function that gives the headers of each attempt, or fails as the case says; the last ones repeat. */
function headersFrom(list) {
  let attempt = 0;
  return ({ lastEventId }) => {
    const { fails, ...headers } = list[Math.min(attempt, list.length - 1)];
    attempt += 1;
    if (fails !== undefined) {
      throw new Error(fails);
    }
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace("{id}", lastEventId)]));
  };
}

/** Waits until it is so, or until it will not be so any more. */
async function until(isSo) {
  for (const begun = performance.now(); !isSo() && performance.now() - begun < LIMIT; ) {
    await delay(TICK);
  }
}

function delay(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
