// Many windows of one browser, and their processes.
import { readFileSync } from "node:fs";
import { delay, descendants } from "./resources.mjs";

/** How long a page is busy so that its process can be told from the others, in milliseconds. Doubled until it can. */
const BUSY = 200;
const BUSIEST = 3200;
/** A browser is quiet when none of its processes is busy for a fifth of this time, in milliseconds. */
const QUIET = 250;
/** How long to wait for that, in milliseconds. */
const PATIENCE = 30_000;
/** One tick of a processor's time, in milliseconds. */
const TICK = 10;

/** The windows of a browser. WebDriver speaks with one of them at a time, so each command waits for the one before. */
export class Windows {
  #browser;
  /** The one that is there from the start. It is current whenever another one may go. */
  #first;
  #last = Promise.resolve();

  constructor(browser) {
    this.#browser = browser;
    this.#first = browser.command("window", undefined, "GET");
  }

  /** A window without an opener, which has a process of its own where the browser does that. A "tab" is behind or before others. */
  async open(url, type = "window") {
    const window = await this.#inTurn(async () => {
      const { handle } = await this.#browser.command("window/new", { type });
      return new Window(this, this.#browser, handle);
    });
    await window.goTo(url);
    return window;
  }

  /** Asks something of one window. Nothing else is asked of the browser until that is done. */
  ask(handle, ask) {
    return this.#inTurn(async () => {
      await this.#browser.command("window", { handle });
      try {
        return await ask();
      } finally {
        await this.#browser.command("window", { handle: await this.#first });
      }
    });
  }

  #inTurn(ask) {
    const answer = this.#last.then(ask);
    this.#last = answer.catch(() => {});
    return answer;
  }
}

/** One of them. Do not ask a window that is stopped or busy: its driver would wait for it, and so would all questions after. */
export class Window {
  #windows;
  #browser;
  #handle;

  constructor(windows, browser, handle) {
    this.#windows = windows;
    this.#browser = browser;
    this.#handle = handle;
  }

  goTo(url) {
    return this.#ask(() => this.#browser.goTo(url));
  }

  back() {
    return this.#ask(() => this.#browser.command("back", {}));
  }

  /** A command of Chromium's own protocol. */
  devtools(cmd, params) {
    return this.#ask(() => this.#browser.command("goog/cdp/execute", { cmd, params }));
  }

  close() {
    return this.#ask(() => this.#browser.command("window", undefined, "DELETE"));
  }

  /** The id of its process: the one below the driver's that is busy while the page is. `run` runs a function in the page. */
  process(run) {
    return this.#ask(async () => {
      await this.#quiet();
      for (let time = BUSY; time <= BUSIEST; time *= 2) {
        const [[id, most], [, second]] = await this.#busiest(() =>
          run("(time) => { for (const end = Date.now() + time; Date.now() < end; ); }", time),
        );
        if (most > 3 * second + 3) {
          return id;
        }
      }
      throw new Error("several processes are busy");
    });
  }

  /** Chromium loads pages of its own for each new window, and is busy with them for seconds. */
  async #quiet() {
    for (const end = Date.now() + PATIENCE; Date.now() < end; ) {
      const [[, most]] = await this.#busiest(() => delay(QUIET));
      if (most * TICK < QUIET / 5) {
        return;
      }
    }
  }

  /** The browser's processes with the ticks that each was busy for meanwhile, the busiest one first. */
  async #busiest(meanwhile) {
    const before = new Map(processorTimes(this.#browser.pid));
    await meanwhile();
    const used = processorTimes(this.#browser.pid).map(([id, ticks]) => [id, ticks - (before.get(id) ?? ticks)]);
    return used.sort(([, one], [, other]) => other - one);
  }

  #ask(ask) {
    return this.#windows.ask(this.#handle, ask);
  }
}

/** The id of each process below this one, with the time that it has had a processor for. */
function processorTimes(ancestor) {
  return descendants(ancestor).flatMap((id) => {
    try {
      // The 12th and 13th field after the name, which may itself contain brackets.
      const fields = readFileSync(`/proc/${id}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");
      return [[id, Number(fields[11]) + Number(fields[12])]];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}
