// Inspect: a stream as bytes, lines, fields and events, cut in two where the visitor likes.

import { Bytes } from "./bytes.js";
import { cutAt, readByPackage } from "./package.js";
import { eventsOf, fieldOf, linesOf } from "./reading.js";
import { SAMPLES } from "./samples.js";

const root = document.querySelector("#panel-inspect");
const part = (name) => root.querySelector(`[data-testid="${name}"]`);
const [text, lineEnd, split, verdict] = ["stream-text", "line-end", "split", "verdict"].map(part);

const BOUNDS =
  "The package refuses an ID or a type of more than 64 KiB. If that is not why, please report this stream.";

/** How long a stream is fetched, in milliseconds, and how much of it. */
const FETCH_TIME = 2000;
const FETCH_BYTES = 65_536;
/** How many cuts are tried at most. */
const CUTS = 2000;

const LINE_ENDS = { LF: ["\n"], CRLF: ["\r\n"], CR: ["\r"], mixed: ["\n", "\r\n", "\r"] };

/** The stream; and the one that was fetched, which the text field cannot hold as it is. */
let bytes = new Uint8Array();
let received = null;
/** Counts what was asked of the package, so that an answer that comes late is not shown. */
let asked = 0;

const bytesView = new Bytes(part("bytes"), (position) => {
  split.value = position;
  showCut();
});

function takeText() {
  const ends = LINE_ENDS[lineEnd.value];
  let line = 0;
  bytes =
    lineEnd.value === "received"
      ? received
      : new TextEncoder().encode(text.value.replace(/\n/g, () => ends[line++ % ends.length]));
  const lines = linesOf(bytes);
  bytesView.show(bytes, lines);
  part("lines").replaceChildren(...lines.map(lineRow));
  split.max = bytes.length;
  showCut();
}

async function showCut() {
  asked += 1;
  const ask = asked;
  const position = Number(split.value);
  part("split-output").textContent = `${position} of ${bytes.length}${place(position)}`;
  split.setAttribute("aria-valuetext", part("split-output").textContent);
  bytesView.markCut(position);
  const [cut, first] = await Promise.all([
    readByPackage(cutAt(bytes, position)),
    readByPackage([bytes.slice(0, position)]),
  ]);
  if (ask !== asked) return;
  part("inspect-events").replaceChildren(
    ...cut.events.map((event, index) => eventRow(event, index < first.events.length ? 1 : 2)),
  );
  const id = cut.lastEventId === "" ? "no ID" : `the ID ${JSON.stringify(cut.lastEventId)}`;
  part("after-stream").textContent = `After this stream a client waits ${cut.retry} ms, and sends ${id}.`;
  say(compare(cut));
}

/** In which line, or in the middle of which end of line, the cut is. */
function place(position) {
  const lines = linesOf(bytes);
  const index = lines.findIndex(({ from, next }) => position > from && position < next);
  if (index === -1) return "";
  const { to, end } = lines[index];
  return position > to && end === "CRLF" ? `, between CR and LF of line ${index + 1}` : `, in line ${index + 1}`;
}

/** What to say about the package's reading: nothing differs from the page's own, or what does. */
function compare(ours) {
  const plain = eventsOf(linesOf(bytes));
  if (JSON.stringify(ours) === JSON.stringify(plain)) {
    const { length } = ours.events;
    return {
      same: true,
      text: `The package and this page read the same: ${length} ${length === 1 ? "event" : "events"}.`,
    };
  }
  const index = plain.events.findIndex((event, at) => JSON.stringify(event) !== JSON.stringify(ours.events[at]));
  const where =
    index === -1
      ? "the number of events, the last ID or the reconnection time"
      : `event ${index + 1}: ${shorten(JSON.stringify(plain.events[index]))}`;
  return { same: false, text: `The package and this page differ in ${where}. ${BOUNDS}` };
}

const shorten = (text) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

function say({ same, text }) {
  verdict.dataset.same = same ?? "";
  verdict.textContent = text;
}

async function tryEveryCut() {
  asked += 1;
  const ask = asked;
  const last = Math.min(bytes.length, CUTS);
  say({ same: undefined, text: "Trying …" });
  for (let position = 0; position <= last; position += 1) {
    const { same, text } = compare(await readByPackage(cutAt(bytes, position)));
    if (ask !== asked) return;
    if (!same) {
      say({ same, text: `Cut after byte ${position}: ${text}` });
      return;
    }
  }
  const single = compare(await readByPackage(Array.from(bytes, (byte) => Uint8Array.of(byte))));
  const tried = `${last + 1} cuts, and one byte at a time`;
  if (ask === asked) say(single.same ? { same: true, text: `${tried}: always the same events.` } : single);
}

async function fetchStream() {
  part("fetch").disabled = true;
  part("fetch-status").textContent = "Reading …";
  try {
    received = await firstBytes(part("fetch-url").value);
    lineEnd.querySelector('[value="received"]').hidden = false;
    lineEnd.value = "received";
    text.value = new TextDecoder("utf-8", { ignoreBOM: true }).decode(received);
    split.value = 0;
    takeText();
    part("fetch-status").textContent = `${received.length.toLocaleString("en")} bytes.`;
  } catch (error) {
    part("fetch-status").textContent =
      `It cannot be read: ${error.message}. A server of another origin has to allow this page by CORS.`;
  } finally {
    part("fetch").disabled = false;
  }
}

/** What comes within the time, and not more than the bound. */
async function firstBytes(url) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), FETCH_TIME);
  const chunks = [];
  let length = 0;
  try {
    const { body } = await fetch(url, {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal: stop.signal,
    });
    const reader = body.getReader();
    for (let read = await reader.read(); !read.done && length < FETCH_BYTES; read = await reader.read()) {
      chunks.push(read.value);
      length += read.value.length;
    }
  } catch (error) {
    if (!stop.signal.aborted || length === 0) throw error;
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer()).slice(0, FETCH_BYTES);
}

/** What stands in the place of a field's name and value. */
const NO_FIELD = {
  blank: () => ["(blank)", "ends the event"],
  comment: (value) => ["(comment)", value],
  unfinished: (value) => ["(no end)", `${value} … is not read`],
};

function lineRow(line) {
  const { kind, name, value } = fieldOf(line);
  return row({ kind }, [
    `${line.from}–${line.next}`,
    ...(NO_FIELD[kind]?.(value) ?? [name, value]),
    line.end || "none",
  ]);
}

function eventRow({ type, data, lastEventId }, chunk) {
  return row({ kind: "inspected", type, chunk }, [chunk === 1 ? "part 1" : "part 2", type, lastEventId, data]);
}

function row(dataset, texts) {
  const tr = document.createElement("tr");
  Object.assign(tr.dataset, dataset);
  for (const text of texts) tr.insertCell().textContent = text;
  return tr;
}

part("sample").append(...Object.keys(SAMPLES).map((name) => new Option(name)));
part("sample").addEventListener("change", () => {
  text.value = SAMPLES[part("sample").value];
  if (lineEnd.value === "received") lineEnd.value = "LF";
  split.value = 0;
  takeText();
});
text.addEventListener("input", () => {
  // What is typed is not what was received.
  if (lineEnd.value === "received") lineEnd.value = "LF";
  takeText();
});
lineEnd.addEventListener("change", takeText);
split.addEventListener("input", showCut);
part("every-split").addEventListener("click", tryEveryCut);
part("fetch").addEventListener("click", fetchStream);
root.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

text.value = Object.values(SAMPLES)[0];
takeText();
