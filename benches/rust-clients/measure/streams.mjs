// The streams of the speed table: what is sent, and what has to arrive.
import { HANG } from "../../../tests/js/harness/steps.js";

const LAST = "the last one";

/** Deltas as language models send them: a small JSON text, no name, no ID. */
function deltas() {
  const data = Array.from({ length: 200 }, (_, index) => {
    const token = "abcdefghijklmnopqrstuvwxyz".slice(index % 20, (index % 20) + 6);
    const text = `{"id":"chatcmpl-9f8e7d","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":" ${token}`;
    return `${text}${"x".repeat(142 - text.length - 4)}"}}]}`.slice(0, 142);
  });
  return { ...stream("deltas", data, 1000, (text) => `data: ${text}\n\n`), isShown: true };
}

/** Updates of about a kilobyte, each with a name and an ID. */
function updates() {
  const data = Array.from({ length: 50 }, (_, index) => {
    return `{"row":${100 + index},"text":"${"the quick brown fox jumps over the lazy dog ".repeat(23).slice(0, 960)}"}`;
  });
  const block = (text, index) => `event: update\nid: ${100 + index}\ndata: ${text}\n\n`;
  return stream("updates", data, 1000, block, "event: update\n");
}

function stream(name, data, times, block, lastFields = "") {
  const text = data.map(block).join("");
  const last = `${lastFields}data: ${LAST}\n\n`;
  return {
    name,
    count: data.length * times,
    bytes: text.length * times + last.length,
    checksum: checksum(data, times),
    attempts: [[{ repeat: { text, times } }, last, HANG]],
  };
}

/** As `Tally` in page/src/lib.rs does it; the data is ASCII. */
function checksum(data, times) {
  const sums = data.map((text) => {
    const bytes = Buffer.from(text);
    const whole = bytes.length - (bytes.length % 4);
    let sum = 0;
    for (let at = 0; at < whole; at += 4) {
      sum = (sum + bytes.readUInt32LE(at)) >>> 0;
    }
    return bytes.subarray(whole).reduce((all, byte) => (all + byte) >>> 0, sum);
  });
  let all = 0;
  for (let time = 0; time < times; time += 1) {
    for (const sum of sums) {
      all = (((all << 1) | (all >>> 31)) + sum) >>> 0;
    }
  }
  return all;
}

export const STREAMS = [deltas(), updates()];
