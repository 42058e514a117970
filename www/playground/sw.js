// A service worker that plays the server: it answers what the page requests below `demo/`, so that the playground needs no server of
// its own. A classic script, because not every browser takes modules here.

const CACHE = "wasm-eventsource playground";

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
];

importScripts(
  "server/files.js",
  "server/connection.js",
  "server/clients.js",
  "server/streams.js",
  "server/recipes.js",
  "server/routes.js",
  "server/worker.js",
);
