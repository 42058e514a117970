// Rows of the two tables of a panel.

const MAX_ROWS = 200;
const MAX_CHARACTERS = 1000;

/** A bounded log, newest on top. Rows wait for the next frame, so a fast stream costs one update per frame. */
export class Log {
  #body;
  #waiting = [];

  constructor(body) {
    this.#body = body;
  }

  /** `kind` is `event` (from the server), `state` (open, error), `lost` (a connection) or `action` (of the visitor). */
  add(kind, type, data = "", id = "") {
    this.#waiting.push({ kind, type, data, id, time: new Date() });
    // A hidden tab draws no frames.
    if (this.#waiting.length > MAX_ROWS) this.#waiting.shift();
  }

  show() {
    if (this.#waiting.length === 0) return;
    this.#body.prepend(...this.#waiting.reverse().map(logRow));
    this.#waiting = [];
    while (this.#body.rows.length > MAX_ROWS) this.#body.lastElementChild.remove();
  }

  clear() {
    this.#waiting = [];
    this.#body.replaceChildren();
  }
}

function logRow({ kind, type, data, id, time }) {
  const row = document.createElement("tr");
  Object.assign(row.dataset, { kind, type, id });
  row.append(timeCell(time, { milliseconds: true }), cell("type", type), cell("id", id), cell("data", shorten(data)));
  return row;
}

export function requestRow({ path, lastEventId, time }) {
  const row = document.createElement("tr");
  row.dataset.lastEventId = lastEventId ?? "";
  // PHP's ISO 8601 writes +0000 where Date wants +00:00.
  const date = new Date(time.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  row.append(timeCell(date), cell("id", lastEventId ?? ""), cell("path", path.split("?")[0]));
  return row;
}

function cell(name, text) {
  const td = document.createElement("td");
  td.className = name;
  td.textContent = text;
  if (name === "id") td.title = text;
  return td;
}

function timeCell(date, { milliseconds = false } = {}) {
  const td = cell("time", "");
  if (Number.isNaN(date.getTime())) return td;
  const digits = (number, count) => String(number).padStart(count, "0");
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((number) => digits(number, 2)).join(":");
  const time = document.createElement("time");
  time.dateTime = date.toISOString();
  time.textContent = milliseconds ? `${clock}.${digits(date.getMilliseconds(), 3)}` : clock;
  td.append(time);
  return td;
}

function shorten(text) {
  if (text.length <= MAX_CHARACTERS) return text;
  return `${text.slice(0, MAX_CHARACTERS)}… (${text.length} characters)`;
}
