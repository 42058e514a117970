// One client: its EventSource, and everything the page shows about it.

import { Log, requestRow } from "./table.js";
import { Timeline } from "./timeline.js";

const STATES = ["CONNECTING", "OPEN", "CLOSED"];
const CONNECTING = 0;
const CLOSED = 2;

export class Panel {
  /** The class under demonstration; null as long as there is none. */
  EventSource = null;

  #title;
  #server;
  #onChange;
  #parts;
  #log;
  #timeline;
  #source = null;
  #client = null;
  #events = 0;
  #opens = 0;
  #lastEventId = "";
  #frame = 0;
  #lastAsked = 0;

  /** `server` is asked to cut connections, and for the requests that it has seen. */
  constructor(template, { name, title, origin, server, onChange }) {
    const root = template.content.cloneNode(true).firstElementChild;
    this.root = root;
    this.#title = title;
    this.#server = server;
    this.#onChange = onChange;
    this.#parts = Object.fromEntries(
      Array.from(root.querySelectorAll("[data-part], [data-testid]"), (element) => [
        element.dataset.part ?? element.dataset.testid,
        element,
      ]),
    );
    this.#log = new Log(this.#parts.log);
    this.#timeline = new Timeline(this.#parts.timeline);

    root.dataset.panel = name;
    root.setAttribute("aria-label", title);
    this.#parts.title.textContent = title;
    this.#parts.origin.textContent = origin;
    this.#parts["state-of"].textContent = `${title}: readyState`;
    this.#parts["requests-region"].setAttribute("aria-label", `${title}: requests the server saw`);
    this.#parts["log-region"].setAttribute("aria-label", `${title}: log`);
  }

  get title() {
    return this.#title;
  }

  /** Whether there is a connection, or an attempt at one, that the demo server could cut. */
  get canCut() {
    return this.#client !== null && this.#source.readyState !== CLOSED;
  }

  notice(text) {
    this.#parts.notice.textContent = text;
    this.#parts.notice.hidden = text === "";
  }

  /** Opens a new source in place of the one before. What the constructor throws leaves that one alone. */
  connect({ url, client, types, options }) {
    const source = new this.EventSource(url, options);
    this.#source?.close();
    this.#source = source;
    this.#client = client;
    this.#events = 0;
    this.#opens = 0;
    this.#lastEventId = "";
    this.#log.add("action", "connect", source.url);
    this.#parts["source-url"].textContent = source.url;
    this.#showRequests([]);

    // A server may name an event `open` or `error` too: what has data is from the server.
    for (const type of new Set(["open", "error", ...types])) {
      source.addEventListener(type, (event) => {
        if ("data" in event) this.#received(event);
        else if (type === "open") this.#opened();
        else if (type === "error") this.#failed(event);
      });
    }
    this.#showState();
  }

  close() {
    if (this.#source === null || this.#source.readyState === CLOSED) return;
    this.#source.close();
    this.#log.add("action", "close", "close() was called");
    this.#showState();
  }

  /** Answers how many connections the server cut. */
  async cut() {
    if (!this.canCut) return 0;
    this.#log.add("action", "cut", "the server is asked to cut");
    this.#showSoon();
    return this.#server.cutConnections(this.#client);
  }

  clear() {
    this.#log.clear();
  }

  #received(event) {
    this.#events += 1;
    this.#lastEventId = event.lastEventId;
    this.#log.add("event", event.type, String(event.data), event.lastEventId);
    this.#timeline.event();
    this.#showSoon();
  }

  #opened() {
    this.#opens += 1;
    this.#log.add("state", "open", this.#opens === 1 ? "connected" : "connected again");
    this.#showState();
    this.#askForRequests();
  }

  /** Only our own client's event has a message. */
  #failed({ message }) {
    const reconnects = this.#source.readyState === CONNECTING;
    const what = reconnects ? "no connection; it will reconnect" : "failed; it will not reconnect";
    this.#log.add("state", "error", message === undefined ? what : `${what} (${message})`);
    this.#showState();
    this.#askForRequests();
  }

  #showState() {
    const state = this.#source.readyState;
    if (this.#parts.state.dataset.state !== String(state)) {
      this.#parts.state.dataset.state = state;
      this.#parts["state-name"].textContent = `${STATES[state]} ${state}`;
      this.#timeline.state(state);
    }
    this.#showSoon();
    this.#onChange();
  }

  #showSoon() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#parts.events.textContent = this.#events;
      this.#parts.reconnects.textContent = Math.max(0, this.#opens - 1);
      this.#parts["last-event-id"].textContent = this.#lastEventId;
      this.#parts["last-event-id"].title = this.#lastEventId;
      this.#log.show();
    });
  }

  async #askForRequests() {
    if (this.#client === null) return;
    this.#lastAsked += 1;
    const asked = this.#lastAsked;
    try {
      const requests = await this.#server.requestsOf(this.#client);
      if (asked === this.#lastAsked) this.#showRequests(requests);
    } catch {
      // The server is away; the next `open` asks again.
    }
  }

  #showRequests(requests) {
    this.#parts.requests.replaceChildren(...requests.map(requestRow).reverse());
    this.#parts["requests-empty"].textContent =
      this.#client === null ? "Only the two demo streams report this." : "Nothing yet.";
  }
}
