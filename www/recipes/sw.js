// The service worker of the recipes. It plays their server, with the parts of the playground's.

const CACHE = "wasm-eventsource recipes";
const NAMES = ["chat", "notifications", "job", "dashboard", "log"];

/** What the pages need without a network. */
const FILES = [
  ...NAMES.flatMap((name) => [`${name}.html`, `${name}.js`]),
  "page.js",
  "recipes.css",
  "../playground/server.js",
  "../tokens.css",
  "../controls.css",
  "../site.css",
  "../site.js",
  "../icon.svg",
  "../pkg/dist/index.js",
  "../pkg/dist/shared.js",
];

const SERVER = "../playground/server/";
importScripts(
  `${SERVER}files.js`,
  `${SERVER}connection.js`,
  `${SERVER}clients.js`,
  `${SERVER}streams.js`,
  `${SERVER}recipes.js`,
  `${SERVER}routes.js`,
  `${SERVER}worker.js`,
);
