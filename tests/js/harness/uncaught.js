/** What reaches the global error handler: errors that a case has announced, and others, which are failures. */
export class Uncaught {
  #expected = new Map();
  unexpected = [];

  constructor() {
    if (typeof globalThis.addEventListener === "function") {
      const take = (event, error) => {
        event.preventDefault();
        this.#seen(error);
      };
      globalThis.addEventListener("error", (event) => take(event, event.error ?? event.message));
      globalThis.addEventListener("unhandledrejection", (event) => take(event, event.reason));
    } else {
      process.on("uncaughtException", (error) => this.#seen(error));
    }
  }

  expect(error) {
    return new Promise((resolve) => this.#expected.set(error, resolve));
  }

  #seen(error) {
    const resolve = this.#expected.get(error);
    if (resolve) {
      resolve();
    } else {
      this.unexpected.push(error?.stack ?? String(error));
    }
  }
}
