// What the tabs Ends and Alive have in common: scenarios to choose from, their code, and the logs of the client and the server.

import { newClientId, readPageParameters } from "../../streams.js";
import { Log } from "../../table.js";
import { codeOf, showCode } from "./code.js";
import { EventSource } from "wasm-eventsource";

const { interval } = readPageParameters(location.search);
/** What the client says of itself, beside the events that it gets. */
const STATES = ["open", "error", "thrown"];
const ACTIONS = ["start", "stop", "end", "said", "body", "resume", "verified", "refresh"];
/** How it is shown what the server says: as an event, as a change for better or worse, or else as an action. */
const SERVER_KINDS = { event: "event", body: "event", response: "state", refused: "lost", cut: "lost", dead: "lost", waits: "lost" };

/**
 * A tab. Each scenario has a `title`, a sentence or two about what `will` be seen, and the name of its file, `code`, whose `run()` is
 * called at Start. It may have `choices`, pairs of a value and its label, under the label `choose`; `button`, the label of one that the
 * code listens to; and `expire`, the label of one for the server.
 */
export class Scenarios {
  #root;
  #scenarios;
  #clientLog;
  #serverLog;
  #stop = null;
  #serverSource = null;
  #state = "not started";
  #ids = [];
  #events = 0;
  #requests = 0;
  #frame = 0;
  #shown = 0;

  constructor(name, scenarios) {
    this.#root = document.querySelector(`#panel-${name}`);
    this.#scenarios = scenarios;
    this.#addPanels();
    this.#clientLog = new Log(this.#part("client-log"));
    this.#serverLog = new Log(this.#part("server-log"));
    this.#part("scenario").append(...scenarios.map(({ title, code }) => new Option(title, code)));
    this.#part("scenario").addEventListener("change", () => this.choose());
    this.#root.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    this.#part("scenario-stop").addEventListener("click", () => this.#stop?.abort());
    this.#part("expire")?.addEventListener("click", () => this.#expire());
  }

  #part(name) {
    return this.#root.querySelector(`[data-testid="${name}"]`);
  }

  get #scenario() {
    return this.#scenarios.find(({ code }) => code === this.#part("scenario").value);
  }

  #addPanels() {
    const panels = document.querySelector("#scenario-panels").content.cloneNode(true);
    this.#root.append(panels);
  }

  /** Shows the chosen scenario, and ends the one before. */
  async choose() {
    this.#stop?.abort();
    this.#shown += 1;
    const shown = this.#shown;
    const { code, will, choices = [], choose = "", button, expire } = this.#scenario;
    this.#part("will").textContent = will;
    this.#part("choice-label").textContent = choose;
    this.#part("choice").replaceChildren(...choices.map(([value, label]) => new Option(label, value)));
    this.#part("choice-field").hidden = choices.length === 0;
    for (const [part, label] of [
      ["scenario-button", button],
      ["expire", expire],
    ]) {
      const element = this.#part(part);
      if (element === null) continue;
      element.hidden = label === undefined;
      element.textContent = label;
    }
    this.#part("scenario-status").textContent = "";
    const text = await codeOf(code);
    if (shown === this.#shown) showCode(this.#root.querySelector(".code code"), text);
  }

  async #start() {
    this.#stop?.abort();
    const stop = new AbortController();
    const { signal } = stop;
    const scenario = this.#scenario;
    const client = newClientId();
    const { run } = await import(`./${scenario.code}.js`);
    this.#stop = stop;
    const choice = this.#part("choice").value;
    // The log may be the first that the server hears of this client.
    const query = new URLSearchParams({ client, choice, ...(interval && { interval }) });
    this.#begin(client, query, signal);
    const input = {
      url: `demo/scenarios/${scenario.code}?${query}`,
      refreshUrl: `demo/scenarios/refresh?${query}`,
      signal,
      show: (type, data, id) => this.#show(signal, type, data, id),
      button: this.#part("scenario-button"),
      choice,
    };
    try {
      await run(input);
      // An answer is over then. A source goes on until it is stopped.
      if (scenario.isAnswer) this.#end("end", "The loop has ended.");
    } catch (error) {
      if (signal.aborted) return;
      this.#end("thrown", `${error.name}, reason “${error.reason}”: ${error.message}`);
    }
  }

  #begin(client, query, signal) {
    this.#ids = [];
    this.#events = 0;
    this.#requests = 0;
    this.#clientLog.clear();
    this.#serverLog.clear();
    this.#serverSource?.close();
    this.#serverSource = new EventSource(`demo/scenarios/log?${query}`);
    this.#serverSource.onmessage = (event) => this.#told(event.json());
    signal.addEventListener("abort", () => this.#end("stop", "Stopped."));
    this.#root.dataset.client = client;
    this.#showRunning(true);
    this.#part("scenario-status").textContent = "It runs.";
    this.#clientLog.add("action", "start");
    this.#showSoon();
  }

  #end(type, text) {
    // A second end is no news: the visitor may press Stop when all is over.
    this.#stop = null;
    this.#clientLog.add(type === "thrown" ? "state" : "action", type === "thrown" ? "error" : type, text);
    this.#part("scenario-status").textContent = text;
    this.#showRunning(false, type);
    this.#showSoon();
  }

  #showRunning(isRunning, end = "") {
    this.#part("scenario-stop").disabled = !isRunning;
    for (const name of ["scenario-button", "expire"]) {
      const element = this.#part(name);
      if (element !== null) element.disabled = !isRunning;
    }
    this.#state = isRunning ? "running" : { end: "ended", thrown: "failed", stop: "stopped" }[end];
  }

  /** Called by the code of the scenario. */
  #show(signal, type, data = "", id = "") {
    if (signal.aborted) return;
    const kind = STATES.includes(type) ? "state" : ACTIONS.includes(type) ? "action" : "event";
    this.#clientLog.add(kind, type, String(data), id);
    if (kind === "event") {
      this.#events += 1;
      if (id !== "") this.#ids.push(Number(id));
    }
    this.#showSoon();
  }

  #told({ what, text, line }) {
    this.#serverLog.add(SERVER_KINDS[what] ?? "action", what, text, String(line));
    if (what === "request") this.#requests += 1;
    this.#showSoon();
  }

  #showSoon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#part("client-state").textContent = this.#state;
      this.#part("client-state").dataset.state = { running: "1", failed: "2" }[this.#state] ?? "none";
      this.#part("client-events").textContent = this.#events;
      this.#part("client-ids").textContent = ranges(this.#ids);
      this.#part("server-requests").textContent = this.#requests;
      this.#clientLog.show();
      this.#serverLog.show();
    });
  }

  async #expire() {
    const response = await fetch(`demo/scenarios/expire?client=${this.#root.dataset.client}`, { method: "POST" });
    if (!response.ok) throw new Error(`the service worker answered ${response.status}`);
  }
}

/** `1–4, 7` for 1, 2, 3, 4 and 7: an event that was lost, or came twice, is seen at once. */
function ranges(ids) {
  const parts = [];
  for (const id of ids) {
    const last = parts.at(-1);
    if (last !== undefined && last.end + 1 === id) last.end = id;
    else parts.push({ start: id, end: id });
  }
  return parts.map(({ start, end }) => (start === end ? String(start) : `${start}–${end}`)).join(", ");
}
