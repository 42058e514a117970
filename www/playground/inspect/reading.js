// How the page itself reads a stream, to show its lines and fields: the standard's steps in the plainest form, on the whole stream at
// once. https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream

const CR = 0x0d;
const LF = 0x0a;
const BOM = [0xef, 0xbb, 0xbf];

/** The reconnection time of a source whose stream sets none, in milliseconds. */
const DEFAULT_RETRY = 3000;

/**
 * `[{ from, to, next, end, text }]`: a line has the bytes `from..to`, and the next one begins at `next`. The last one has no `end` if the
 * stream stops in it.
 */
export function linesOf(bytes) {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const lines = [];
  let from = BOM.every((byte, index) => bytes[index] === byte) ? BOM.length : 0;
  while (from < bytes.length) {
    const length = bytes.subarray(from).findIndex((byte) => byte === CR || byte === LF);
    const to = length === -1 ? bytes.length : from + length;
    const end = endAt(bytes, to);
    const next = to + (end === "CRLF" ? 2 : end === "" ? 0 : 1);
    lines.push({ from, to, next, end, text: decoder.decode(bytes.subarray(from, to)) });
    from = next;
  }
  return lines;
}

function endAt(bytes, index) {
  if (bytes[index] === LF) return "LF";
  if (bytes[index] === CR) return bytes[index + 1] === LF ? "CRLF" : "CR";
  return "";
}

/** What a line says: `{ kind: "blank" | "comment" | "field" | "unfinished", name, value }`. */
export function fieldOf({ text, end }) {
  if (end === "") return { kind: "unfinished", name: "", value: text };
  if (text === "") return { kind: "blank", name: "", value: "" };
  const [, name, value] = /^([^:]*):? ?(.*)$/su.exec(text);
  return { kind: text.startsWith(":") ? "comment" : "field", name, value };
}

/** What the fields make: `{ events: [{ type, data, lastEventId }], lastEventId, retry }`. */
export function eventsOf(lines) {
  const events = [];
  let [data, type, idBuffer, lastEventId, retry] = ["", "", "", "", DEFAULT_RETRY];
  for (const { kind, name, value } of lines.map(fieldOf)) {
    if (kind === "blank") {
      lastEventId = idBuffer;
      if (data !== "") events.push({ type: type || "message", data: data.slice(0, -1), lastEventId });
      [data, type] = ["", ""];
    } else if (kind === "field") {
      if (name === "data") data += `${value}\n`;
      else if (name === "event") type = value;
      else if (name === "id" && !value.includes("\0")) idBuffer = value;
      else if (name === "retry" && /^[0-9]+$/.test(value)) retry = Number(value);
    }
  }
  return { events, lastEventId, retry };
}
