// How fast events arrive: each client in a page of its own, in rounds, so that what else the machine does meets all alike.
import { get } from "node:http";
import { ScriptedStream } from "../../../tests/js/harness/stream.js";
import { CLIENTS, REFERENCES } from "./clients.mjs";
import { STREAMS } from "./streams.mjs";

/**
 * `{ stream, client, use, runs: [{ count, checksum, milliseconds }] }` for each that is measured. What an app does with an
 * event, its `use`, is to count it (`meter`), or to show the count and the latest one as well (`show`).
 */
export async function speeds(browser, origins, rounds) {
  const streams = await Promise.all(STREAMS.map((stream) => served(stream, origins)));
  const results = streams.flatMap((stream) => contestants(stream).map((contestant) => ({ stream, ...contestant, runs: [] })));
  for (let round = 0; round < rounds; round += 1) {
    for (const result of results) {
      result.runs.push(await run(browser, origins, result));
    }
    console.error(`${browser.name}: round ${round + 1} of ${rounds}`);
  }
  return results;
}

/** Showing is Leptos's work: one stream is enough to see how it goes with that. */
function contestants({ isShown }) {
  const uses = isShown ? ["meter", "show"] : ["meter"];
  const apps = CLIENTS.flatMap(({ name }) => uses.map((use) => ({ client: name, use })));
  return [...apps, ...REFERENCES.map(({ name }) => ({ client: name, use: "meter" }))];
}

async function served(stream, origins) {
  return { ...stream, url: (await new ScriptedStream(origins, stream.name).put(stream.attempts)).url };
}

async function run(browser, origins, { stream, client, use }) {
  const query = new URLSearchParams({ client, url: stream.url, bytes: stream.bytes, meter: 1 });
  if (use === "show") {
    query.set("show", 1);
  }
  await browser.goTo(`${origins.origin}/?${query}`);
  const result = await browser.waitFor(
    "() => document.documentElement.dataset.result ?? null",
    `the last event of ${stream.name} in ${client}`,
  );
  // The connection goes with the page.
  await browser.goTo("about:blank");
  return JSON.parse(result);
}

/** How many events of each stream the server can send in a second to somebody who throws them away, by the stream's name. */
export async function serverSpeeds(origins) {
  const byName = {};
  for (const stream of STREAMS) {
    const { url } = await served(stream, origins);
    // The best of some: the first is that of a Node that has not warmed up.
    const times = [];
    for (let time = 0; time < 4; time += 1) {
      times.push(await drain(url, stream.bytes));
    }
    byName[stream.name] = (stream.count / Math.min(...times)) * 1000;
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
    request.on("error", reject);
  });
}
