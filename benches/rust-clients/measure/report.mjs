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
    `What each makes of refusals, cuts and being unmounted is [below](#what-the-app-is-told). The speeds are those of the
first column below: small events, counted.`,
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

One small Leptos app, four times, each with another client of event streams in it:

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

const SPEED = `Two streams, as fast as the server can send them. *Deltas* are 200,000 events of 150 bytes, as language models send them,
without type and ID; *updates* 50,000 of a kilobyte, each with both. *Counted* means that the app counts the events and adds up
their bytes; *shown*, that it also sets two signals, and its view shows the count and the latest data. Beside it how many times
as many that is as with gloo-net, in the median of the rounds. Two rows are no apps: the browser's \`EventSource\` with a listener
in JavaScript, and a \`fetch\` whose bytes are counted, which is about as fast as the browser could go. No driver's network
domain is on, which would slow the browser's own down.`;

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
    ? "In every run every app saw every event, in order and with its data whole: count and digest agree with what was sent."
    : `Not every app saw every event:\n\n${faults.join("\n")}`;
}

function isApp(client) {
  return CLIENTS.some(({ name }) => name === client);
}

const SPEED_REASONS = `Where ours is faster, it is for two reasons. The browser makes an event object for each event, calls listeners and runs
microtasks, and the data goes through a JavaScript string; ours takes all events of a chunk out of wasm memory without calling
JavaScript. And Leptos renders in a microtask: with the browser's own after every event, with ours once for the events of a
chunk, so that showing costs little more than counting. Where ours is about the last row, that row is the bound.`;

const COPY_REASONS = `Counted from the bytes that the network hands the page to the \`&str\` that the app reads. What a browser copies before and within
that is its own affair and not counted.

- **gloo-net**, 2: the browser decodes the bytes to a JavaScript string; \`event.data().as_string()\` encodes that to UTF-8, into wasm
  memory. Beside it the type is cloned for each event.
- **leptos-use**, 3: the same, and \`FromToStringCodec\` makes its \`String\` of the one it is given. Type and ID cross as strings of their
  own for each event. Getting the message out of the signal with \`get\` instead of \`with\` is one more.
- **ours**, 2: the chunk is copied into wasm memory, a line's value to the data's buffer, which the event takes along. It was UTF-8 from
  the start: it is validated, and converted only where it is malformed. A line that two chunks share is put together first, which
  is one more. Type and ID are shared with the event before if they are the same.
- **ours, the hook**, 3: the signal with the last event has a copy of its own.`;

const SIZE = `What each adds to the same app without a client, which ends with \`opt-level = "s"\`, \`lto\`, one codegen unit, \`panic = "abort"\` and
\`wasm-opt -Os\`. The glue is the JavaScript that wasm-bindgen writes, not minified.`;

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
    ? "None of them adds an export to the app's wasm, but the one that each kind of closure has."
    : `They add exports to the app's wasm, beside those of closures: ${found.join("; ")}.`;
}

function lines({ clients }) {
  return `The lines of the file that follows the stream, blank ones and comments left out. All do the same: they hand over messages and
the events of one more type, tell of errors, and end with the component. gloo-net's has a subscription for each type, and each of
them may fail.

${clients.map(({ title, name, lines: ofClient }) => `- ${title}: ${ofClient} (\`${name}/src/client.rs\`)`).join("\n")}`;
}

const TOLD = `What the app is handed, in the order in which it comes, and what the server sees. The stream sends \`first\`, with the ID 1 and
\`retry: 100\` (2000 in the last row), and \`second\` to whoever comes back. *…* stands for what the browser says
of the network in its own words. Where the browsers differ both are told of.`;

const TOLD_REASONS = `The browser's \`EventSource\` tells no one why it failed, and gloo-net passes on nothing while it reconnects: a lost connection looks
like a quiet one. leptos-use says CLOSED while the browser reconnects; where it has failed for good, leptos-use opens another one
every three seconds, three in all, also after 204, with which a server asks its clients to stop. Where a request got no answer,
Chromium's \`EventSource\` and ours wait for the reconnection time, and ours asks once more, to tell a server that is not there
from one that does not allow the origin; Firefox sends the request again without telling anybody. Unmounting frees the connection
in all of them; of leptos-use three closures for each connection stay until the page goes (\`forget\`).`;

function losses(results) {
  const [gloo, , ours, hook] = results.clients.map((client) => count(added(results, client).brotli));
  return `- **Bytes.** The browser's own parser is free: gloo-net adds ${gloo} bytes (brotli, with the glue), ours ${ours}, and its hook ${hook}.
- **An event right before a cut.** When a connection breaks, a browser throws away what it has received and no \`read()\` has taken,
  where its own \`EventSource\` delivers it. ${missing(results)}
  What is missing was not received: its ID and its \`retry\` do not count either, and a server that resumes by ID sends it again.
- **Across origins** a reconnection with an ID is preflighted, the browser's own is not.`;
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
