// How long a page is kept from doing anything else: what beats on the main thread, and the longest time between two beats.

export class Heartbeats {
  #stopped = false;
  #longest = { timer: 0, frame: 0 };
  #tasks = [];
  #observer;

  async start() {
    // Chromium tells of each task that takes more than 50 ms.
    if (PerformanceObserver.supportedEntryTypes.includes("longtask")) {
      this.#observer = new PerformanceObserver((list) => this.#tasks.push(...list.getEntries()));
      this.#observer.observe({ type: "longtask" });
    }
    this.#beat("timer", (next) => setTimeout(next));
    this.#beat("frame", (next) => requestAnimationFrame(next));
    await new Promise((resolve) => setTimeout(resolve, 100));
    this.#longest = { timer: 0, frame: 0 };
    this.#tasks = [];
  }

  /** `{ timer, frame, longTask }` in milliseconds; `longTask` is null where the browser does not tell. */
  async stop() {
    // What was kept waiting comes now.
    await new Promise((resolve) => setTimeout(resolve, 200));
    this.#stopped = true;
    const tasks = [...this.#tasks, ...(this.#observer?.takeRecords() ?? [])];
    const longTask = this.#observer ? Math.max(0, ...tasks.map(({ duration }) => duration)) : null;
    return { ...this.#longest, longTask, longTasks: tasks.length };
  }

  #beat(name, wait) {
    let last = performance.now();
    const next = () => {
      const now = performance.now();
      this.#longest[name] = Math.max(this.#longest[name], now - last);
      last = now;
      if (!this.#stopped) {
        wait(next);
      }
    };
    wait(next);
  }
}
