// How long each client takes for each stream: in rounds, so that what else the machine does meets all alike.
import { get } from "node:http";

export const STREAMS = ["A", "B", "C", "D", "E", "F", "G"];

/** `{ A: { bytes, count, utf16, utf8 } }`: what has to arrive. */
export async function expectations({ origin }, streams) {
  const entries = streams.map(async (name) => [name, await (await fetch(`${origin}/bench/expected/${name}`)).json()]);
  return Object.fromEntries(await Promise.all(entries));
}

/** `{ stream, client, runs: [ms], wrong?, failed?, absent? }` for each. The first round is not timed, but looks at every character. */
export async function speeds(pages, { streams, clients, rounds, expected }, tell) {
  const results = streams.flatMap((stream) => clients.map(({ name, kind }) => ({ stream, client: name, kind, runs: [] })));
  for (let round = 0; round <= rounds; round += 1) {
    for (const result of turned(results.filter(isSound), round)) {
      await measure(pages, result, round === 0 ? "full" : "sample", expected[result.stream]);
    }
    tell(round === 0 ? "checked" : `round ${round} of ${rounds}`);
  }
  return results;
}

/** There is no point in measuring what does not arrive; what is wrong goes on, to show how fast it is wrong. */
function isSound({ failed, absent }) {
  return failed === undefined && absent === undefined;
}

/** In each round somebody else begins. */
export function turned(list, round) {
  const at = list.length === 0 ? 0 : (round * 5) % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

async function measure(pages, result, mode, expected) {
  const { stream, client } = result;
  const found = await pages.call("flood", client, { stream, mode, bytes: expected.bytes });
  if (found.notThere) {
    result.absent = true;
  } else if (found.failed) {
    result.failed = found.failed;
  } else {
    result.wrong ??= difference(result.kind, mode, found, expected);
    if (mode === "sample") {
      result.runs.push(found.milliseconds);
    }
  }
}

/** What is not as it should be, or undefined. */
function difference(kind, mode, found, expected) {
  const pairs = kind === "floor" ? { bytes: expected.bytes } : ofEvents(expected, expected[kind === "wasm" ? "utf8" : "utf16"], mode);
  const faults = Object.entries(pairs).filter(([name, value]) => found[name] !== value);
  const inWords = faults.map(([name, value]) => (name === "hash" ? "another digest" : `${found[name]} ${NOUNS[name]} instead of ${value}`));
  return inWords.length === 0 ? undefined : inWords.join(", ");
}

const NOUNS = { count: "events", characters: "characters", bytes: "bytes" };

function ofEvents({ count }, { characters, sample, full }, mode) {
  return { count, characters, hash: mode === "full" ? full : sample };
}

/** How many megabytes of each stream the server can send in a second to somebody who throws them away. */
export async function serverSpeeds({ origin }, expected) {
  const byName = {};
  for (const [name, { bytes }] of Object.entries(expected)) {
    // The best of some: the first is that of a Node that has not warmed up.
    const times = [];
    for (let time = 0; time < 3; time += 1) {
      times.push(await drain(`${origin}/bench/streams/${name}`, bytes));
    }
    byName[name] = bytes / 1000 / Math.min(...times);
  }
  return byName;
}

/** The milliseconds until so many bytes have come. */
function drain(url, bytes) {
  const since = performance.now();
  return new Promise((resolve, reject) => {
    const request = get(url, (response) => {
      let missing = bytes;
      response.on("data", ({ length }) => {
        missing -= length;
        if (missing <= 0) {
          resolve(performance.now() - since);
          request.destroy();
        }
      });
    });
    request.on("error", (error) => (error.code === "ECONNRESET" ? undefined : reject(error)));
  });
}
