// One of the example dashboards in a browser. All have the same elements.
import { poll } from "./resources.mjs";

/** What the page shows, read in one go. Runs in the page. */
const READ = `() => {
  const part = (id) => document.querySelector('[data-testid="' + id + '"]');
  if (!part("state")) return null;
  const text = (id) => part(id).textContent;
  return {
    state: part("state").dataset.state,
    stateText: text("state"),
    why: text("why"),
    received: Number(text("received")),
    missing: Number(text("missing")),
    repeated: Number(text("repeated")),
    lastId: Number(text("last-id")),
    latest: text("latest"),
    low: text("low"),
    high: text("high"),
    line: part("line").getAttribute("points") ?? "",
    log: Array.from(part("log").children, (row) => ({
      id: Number(row.dataset.id),
      type: row.dataset.type,
      text: row.querySelector(".text").textContent,
    })),
    chat: Array.from(part("conversation").children, (exchange) => ({
      progress: exchange.dataset.progress,
      answer: exchange.querySelector('[data-testid="answer"]').textContent,
      footnote: exchange.querySelector(".footnote").textContent,
    })),
    disabled: ["reconnect", "close", "cut", "send"].filter((id) => part(id).disabled),
  };
}`;

let pages = 0;

export class Dashboard {
  constructor(browser, url, options) {
    this.browser = browser;
    this.url = url;
    this.options = options;
  }

  /** Opens the page, under a name of its own, by which the server knows its streams. */
  async open(options = {}) {
    pages += 1;
    this.client = `dashboard-${pages}`;
    this.query = new URLSearchParams({ client: this.client, ...this.options, ...options });
    await this.browser.goTo(`${this.url}?${this.query}`);
  }

  click(id) {
    return this.browser.click(`[data-testid="${id}"]`);
  }

  read() {
    return this.browser.run(READ);
  }

  /** What the page shows once the condition, a function's source, holds for it. */
  when(condition, what) {
    return this.browser.waitFor(`() => { const page = (${READ})(); return page && (${condition})(page) ? page : null; }`, what);
  }

  async ask(prompt) {
    // Not by a click: what grows above the button moves it, and a click would meet something else now and then.
    const submit = `(text) => {
      const input = document.querySelector('[data-testid="prompt"]');
      input.value = text;
      input.form.requestSubmit(document.querySelector('[data-testid="send"]'));
    }`;
    await this.browser.run(submit, prompt);
  }

  /** From now on keeps each text of the state. */
  recordState() {
    return this.#record("state", "() => part.textContent");
  }

  recordedStates() {
    return this.#recorded();
  }

  /** From now on keeps each text of the latest answer. */
  recordAnswer() {
    return this.#record("conversation", "() => part.lastElementChild.querySelector('[data-testid=\"answer\"]').textContent");
  }

  recordedAnswer() {
    return this.#recorded();
  }

  #record(id, read) {
    // The app may not have rendered it yet.
    const begin = `(id) => {
      const part = document.querySelector('[data-testid="' + id + '"]');
      if (part === null) return null;
      const read = ${read};
      window.recorded = [];
      window.recorder?.disconnect();
      window.recorder = new MutationObserver(() => {
        const text = read();
        if (text !== "" && text !== window.recorded.at(-1)) window.recorded.push(text);
      });
      window.recorder.observe(part, { childList: true, characterData: true, subtree: true });
      return true;
    }`;
    return this.browser.waitFor(begin, `${id} to be there`, id);
  }

  #recorded() {
    return this.browser.run("() => window.recorded");
  }

  /** Has the server do something with the streams of this page, or tell of them. */
  async server(path, method = "GET") {
    const response = await fetch(new URL(`/demo/${path}?client=${this.client}`, this.url), { method });
    return response.json();
  }

  /** The same until its answer is so: it learns of what a page does a moment later. */
  whenServer(path, method, isSo) {
    return poll(async () => isSo(await this.server(path, method)) || undefined, `the answer to ${path}`);
  }

  /** The events of the dashboard's stream after one id, up to another one, as the server sends them to anybody. */
  async events(after, upTo) {
    const url = new URL(`/demo/dashboard?${this.query}`, this.url);
    url.searchParams.set("client", "");
    const { body } = await fetch(url, { headers: { "Last-Event-ID": String(after) } });
    let text = "";
    for await (const piece of body.pipeThrough(new TextDecoderStream())) {
      text += piece;
      if (text.includes(`\nid: ${upTo + 1}\n`)) {
        break;
      }
    }
    const blocks = text.split("\n\n").slice(1, 1 + upTo - after);
    return blocks.map((block) => {
      const [id, type, data] = block.split("\n").map((line) => line.slice(line.indexOf(": ") + 2));
      return { id: Number(id), type, data: JSON.parse(data) };
    });
  }
}
