// docs/rust-clients.md, of what was measured.
import { CLIENTS, REFERENCES } from "./clients.mjs";
import { sceneTable } from "./told.mjs";
import { count, median, table, thousands, times } from "./text.mjs";

const ENGINES = { chromium: "Chromium", firefox: "Firefox" };
const STREAM_TITLES = { deltas: "deltas", updates: "updates" };
const USE_TITLES = { meter: "counted", show: "shown" };
const BASELINE = "gloo-net";

/** From the sources of each; the reasons are below the table. */
const COPIES = { "gloo-net": "2, two conversions", "leptos-use": "3, two conversions", "ours": "2", "ours-leptos": "3" };

export function report(results) {
  const parts = [
    introduction(results),
    "## At a glance",
    glance(results),
    `The speeds are those of small events that are only counted: the first column of the tables below. [What the app is told](#what-the-app-is-told)
shows what each does when a request is rejected, a connection breaks, or the component is unmounted.`,
    "## Events per second",
    `${SPEED}\n${serverSpeed(results)}`,
    ...results.engines.flatMap((engine) => speedTable(engine)),
    delivered(results),
    SPEED_REASONS,
    "## Copies of an event's data",
    COPY_REASONS,
    "## Bytes",
    SIZE,
    sizeTable(results),
    exported(results),
    "## Lines of user code",
    lines(results),
    "## What the app is told",
    TOLD,
    sceneTable(results.engines, ENGINES),
    TOLD_REASONS,
    "## Where ours does not win",
    losses(results),
  ];
  return `${parts.join("\n\n")}\n`;
}

function introduction({ versions, engines, machine, date, rounds }) {
  const version = (name) => `${name} ${versions[name]}`;
  return `# Rust clients compared

<!-- Written by \`cargo xtask bench --only rust\`; do not edit. -->

This page compares four versions of one small Leptos app. Each has another client of event streams:

- **gloo-net**: \`eventsource\` of ${version("gloo-net")}, the browser's own \`EventSource\` as streams of \`MessageEvent\`s
- **leptos-use**: \`use_event_source\` of ${version("leptos-use-event-source")}, the browser's own as signals
- **ours**: ${version("wasm-eventsource")}, a stream of events out of a streaming \`fetch\`
- **ours, the hook**: \`use_event_source\` of ${version("wasm-eventsource-leptos")}, the same as signals and a callback

The apps, and what measures them, are in \`benches/rust-clients/\`; \`cargo xtask bench --only rust\` builds them, runs them and
writes this page. ${version("leptos")}, ${version("wasm-bindgen")}; ${engines.map(({ version: name }) => named(name)).join(", ")}, headless;
${machine.model}, ${machine.cores} cores, server and browser on the same machine, which had a load of ${machine.load.toFixed(1)} before; ${date}. Medians of
${rounds} rounds, in which all take turns. Other machines have other numbers: the ratios are what to look at.`;
}

function named(version) {
  return version.replace("chrome", "Chromium").replace("firefox", "Firefox");
}

function glance(results) {
  const rows = results.engines.map((engine) => {
    const cells = CLIENTS.map(({ name }) => speedCell(engine, find(engine, "deltas", name, "meter")));
    return [`events per second, ${ENGINES[engine.name]}`, ...cells];
  });
  return table(["", ...CLIENTS.map(({ title }) => title)], [
    ...rows,
    ["copies of an event's data", ...CLIENTS.map(({ name }) => COPIES[name])],
    ["bytes added to the app, brotli", ...results.clients.map((client) => count(added(results, client).brotli))],
    ["lines of user code", ...results.clients.map(({ lines: ofClient }) => ofClient)],
  ]);
}

const SPEED = `The server sends two streams as fast as it can. *Deltas* are 200,000 events of 150 bytes without type and ID, like those of a language
model. *Updates* are 50,000 events of a kilobyte, with type and ID. *Counted* means that the app counts the events and adds up their bytes.
*Shown* means that it also sets two signals, and shows the count and the latest data. The factor in parentheses is the speed relative to
gloo-net, as the median of the rounds.

Two rows are not apps: the browser's \`EventSource\` with a listener in JavaScript, and a \`fetch\` whose bytes are only counted. The second is
about as fast as the browser can be. The browsers run without network inspection, which would slow down their own \`EventSource\`.`;

/** That it is not the server that is measured. */
function serverSpeed({ server }) {
  return `To Node, which throws them away, the server sends up to ${thousands(server.deltas)} deltas and ${thousands(server.updates)} updates in a second.`;
}

function speedTable(engine) {
  const columns = [["deltas", "meter"], ["deltas", "show"], ["updates", "meter"]];
  const rows = [...CLIENTS, ...REFERENCES].map(({ name, title }) => {
    return [title, ...columns.map(([stream, use]) => speedCell(engine, find(engine, stream, name, use)))];
  });
  const head = columns.map(([stream, use]) => `${STREAM_TITLES[stream]}, ${USE_TITLES[use]}`);
  return [`### ${ENGINES[engine.name]}`, table(["", ...head], rows)];
}

function find({ speeds }, stream, client, use) {
  return speeds.find((one) => one.stream.name === stream && one.client === client && one.use === use);
}

function perSecond({ stream, runs }) {
  return runs.map(({ milliseconds }) => (stream.count / milliseconds) * 1000);
}

function speedCell(engine, result) {
  if (!result) {
    return "";
  }
  const speed = thousands(median(perSecond(result)));
  if (result.client === BASELINE) {
    return speed;
  }
  const baseline = perSecond(find(engine, result.stream.name, BASELINE, result.use));
  return `${speed} (${times(median(perSecond(result).map((value, round) => value / baseline[round])))})`;
}

/** Whether what was measured is what was asked for. */
function delivered({ engines }) {
  const faults = engines.flatMap((engine) => engine.speeds.filter(({ client }) => isApp(client)).flatMap((result) => {
    const { stream, client, use, runs } = result;
    const fewest = Math.min(...runs.map((run) => run.count));
    if (fewest === stream.count && runs.every((run) => run.checksum === stream.checksum)) {
      return [];
    }
    const what = fewest === stream.count ? "other data than was sent" : `${count(fewest)} of ${count(stream.count)} events`;
    return [`- ${ENGINES[engine.name]}, ${client}, ${stream.name}, ${USE_TITLES[use]}: the app saw ${what}`];
  }));
  return faults.length === 0
    ? "In every run, every app saw every event, in order and complete. Count and digest agree with what was sent."
    : `Not every app saw every event:\n\n${faults.join("\n")}`;
}

function isApp(client) {
  return CLIENTS.some(({ name }) => name === client);
}

const SPEED_REASONS = `There are two reasons why ours is faster:

- For each event, the browser makes an object, calls listeners, runs microtasks, and makes a JavaScript string of the data. Ours takes all
  events of a chunk out of wasm memory, without a call of JavaScript.
- Leptos renders in a microtask. With the browser's own \`EventSource\`, that is after every event. With ours, it is once for each chunk, so
  showing events costs little more than counting them.

Where ours is about as fast as the last row, the browser's \`fetch\` is the limit.`;

const COPY_REASONS = `The copies are counted from the bytes that the page gets to the \`&str\` that the app reads. Copies inside the browser are not counted.

- **gloo-net**, 2: the browser decodes the bytes to a JavaScript string; \`event.data().as_string()\` encodes that to UTF-8, into wasm
  memory. The type is cloned for each event.
- **leptos-use**, 3: the same two, and \`FromToStringCodec\` makes another \`String\`. Type and ID are converted for each event, too. If you
  read the signal with \`get\` instead of \`with\`, that is one more copy.
- **ours**, 2: the chunk is copied into wasm memory, and the value of each line is copied into the data of the event. The bytes are UTF-8
  already, so they are only validated. A line that is split between two chunks is copied once more. If type and ID are the same as those
  of the event before, both events share them.
- **ours, the hook**, 3: the signal of the last event has its own copy.`;

const SIZE = `The table shows by how many bytes each client makes the app larger. The apps are built with \`opt-level = "s"\`, \`lto\`, one codegen unit,
\`panic = "abort"\` and \`wasm-opt -Os\`. The columns \`.js\` are for the code that wasm-bindgen writes, not minified.

These are the sizes on the day that is named above. [app-size.md](app-size.md) has today's size of ours, in another app that is built for
size: about 28 KB after brotli.`;

function added({ base }, { sizes }) {
  const of = (kind) => {
    const [wasm, glue] = ["wasm", "glue"].map((file) => sizes[file][kind] - base[file][kind]);
    return wasm + glue;
  };
  return { raw: of("raw"), gzip: of("gzip"), brotli: of("brotli") };
}

function sizeTable({ base, clients }) {
  const kinds = ["wasm", "glue"].flatMap((file) => ["raw", "gzip", "brotli"].map((kind) => [file, kind]));
  const rows = clients.map(({ title, sizes }) => {
    return [title, ...kinds.map(([file, kind]) => `+${count(sizes[file][kind] - base[file][kind])}`)];
  });
  const whole = ["the app without a client", ...kinds.map(([file, kind]) => count(base[file][kind]))];
  return table(["bytes", ...kinds.map(([file, kind]) => `.${file === "wasm" ? "wasm" : "js"} ${kind}`)], [...rows, whole]);
}

/** What a module exports for its own closures is the app's; a class of a library would be there for everybody. */
function exported({ base, clients }) {
  const own = (name) => !base.exports.includes(name) && !name.startsWith("wasm_bindgen__convert__closures");
  const found = clients.flatMap(({ title, sizes }) => {
    const names = sizes.exports.filter(own);
    return names.length === 0 ? [] : [`${title} ${names.map((name) => `\`${name}\``).join(", ")}`];
  });
  return found.length === 0
    ? "None of them adds an export to the app's wasm, except those for closures."
    : `They add exports to the app's wasm, beside those of closures: ${found.join("; ")}.`;
}

function lines({ clients }) {
  return `These are the lines of the file that follows the stream, without blank lines and comments. All do the same: they deliver messages and events
of one more type, report errors, and end with the component. With gloo-net, each type needs a subscription, and each subscription can
fail.

${clients.map(({ title, name, lines: ofClient }) => `- ${title}: ${ofClient} (\`${name}/src/client.rs\`)`).join("\n")}`;
}

const TOLD = `The table shows what the app gets, in order, and what the server sees. The stream sends \`first\`, with the ID 1 and \`retry: 100\` (2000 in the
last row). After a reconnection it sends \`second\`. *…* stands for the browser's own words about the network. Where the browsers differ,
both are named.`;

const TOLD_REASONS = `- The browser's \`EventSource\` does not say why it failed. gloo-net passes on nothing while it reconnects, so a lost connection looks like a
  quiet one.
- leptos-use says CLOSED while the browser reconnects. When the browser has failed for good, leptos-use opens another source every three
  seconds, three in total. It does so even after a 204, with which a server asks its clients to stop.
- If a request gets no response, Chromium's \`EventSource\` and ours wait for the reconnection time. Ours also sends a second request, to find out
  whether there is no server or CORS forbids the response. Firefox sends the request again without an error.
- Unmounting frees the connection in all of them. leptos-use leaks three closures for each connection (\`forget\`).`;

function losses(results) {
  const [gloo, , ours, hook] = results.clients.map((client) => count(added(results, client).brotli));
  return `- **Bytes.** The browser's own parser is free: gloo-net adds ${gloo} bytes (brotli, with the glue), ours ${ours}, and its hook ${hook}.
- **An event right before the connection breaks.** \`fetch\` throws away bytes that no \`read()\` has taken yet, while the browser's own
  \`EventSource\` delivers them. ${missing(results)}
  A server that resumes after the last ID sends such an event again.
- **To another origin**, a reconnection with an ID needs a preflight. The browser's own does not.`;
}

/** Where the event was lost that came right before a cut. */
function missing({ engines }) {
  const losers = engines.filter(({ behaviours }) => {
    const ofOurs = behaviours.filter(({ scene, client }) => scene === "at-once" && client.startsWith("ours"));
    return ofOurs.some(({ notes }) => !notes.includes("event message: first"));
  });
  const names = losers.map(({ name }) => ENGINES[name]).join(" and ");
  return losers.length === 0 ? "In the table above none is missing, by chance." : `In the table above \`first\` is missing in ${names}.`;
}
