// A service worker that plays the server: it answers what the page requests below `demo/`, so that the playground needs no server of
// its own. A classic script, because not every browser takes modules here.

const CACHE = "wasm-eventsource playground";

/** The code that Ends and Alive show, and run. */
const SCENARIOS = [
  ...["until", "incomplete", "error-events", "no-event-stream", "accept", "resume"],
  ...["verify", "when-back", "connect-timeout", "bearer", "cursor", "go-back"],
];

/** What the page needs without a network. */
const FILES = [
  "./",
  "index.html",
  "playground.css",
  "main.js",
  "tablist.js",
  "server.js",
  "code.js",
  "break.js",
  "chat.js",
  "flood.js",
  "sharing.js",
  "tab.html",
  "tab.css",
  "tab.js",
  "inspect/inspect.js",
  "inspect/bytes.js",
  "inspect/reading.js",
  "inspect/package.js",
  "inspect/samples.js",
  "scenarios/scenarios.js",
  "scenarios/code.js",
  "scenarios/ends.js",
  "scenarios/alive.js",
  ...SCENARIOS.map((name) => `scenarios/${name}.js`),
  "../style.css",
  "../tokens.css",
  "../controls.css",
  "../panel.css",
  "../table.css",
  "../icon.svg",
  "../main.js",
  "../panel.js",
  "../streams.js",
  "../table.js",
  "../timeline.js",
  "../pkg/dist/index.js",
  "../pkg/dist/shared.js",
  "../pkg/dist/bearer.js",
];

importScripts(
  "server/files.js",
  "server/connection.js",
  "server/clients.js",
  "server/streams.js",
  "server/recipes.js",
  "server/routes.js",
  "server/scenarios.js",
  "server/ends.js",
  "server/alive.js",
  "server/worker.js",
);
