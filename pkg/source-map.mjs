// Edits of a script that has a source map.
import { decode, encode } from "@jridgewell/sourcemap-codec";

/**
 * A script with parts of it replaced, and its map, which says the same of what is left. The edits are `{ start, end, text }`, one
 * behind the other.
 */
export function edited({ text, map }, edits) {
  let result = "";
  let last = 0;
  for (const { start, end, text: replacement } of edits) {
    result += text.slice(last, start) + replacement;
    last = end;
  }
  result += text.slice(last);
  return { text: result, map: { ...map, mappings: encode(moved(decode(map.mappings), text, result, edits)) } };
}

function moved(mappings, before, after, edits) {
  const linesBefore = lineStarts(before);
  const linesAfter = lineStarts(after);
  const result = linesAfter.map(() => []);
  let line = 0;
  let edit = 0;
  let shift = 0;
  for (const [row, segments] of mappings.entries()) {
    for (const [column, ...original] of segments) {
      const place = linesBefore[row] + column;
      for (; edits[edit]?.end <= place; edit += 1) {
        shift += edits[edit].text.length - (edits[edit].end - edits[edit].start);
      }
      while (linesAfter[line + 1] <= place + shift) {
        line += 1;
      }
      // What an edit has replaced has no original.
      if (!(edits[edit]?.start < place)) {
        result[line].push([place + shift - linesAfter[line], ...original]);
      }
    }
  }
  return result;
}

/** Where the lines of a text begin. */
function lineStarts(text) {
  return [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
}
