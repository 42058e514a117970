// The files of the page, kept for when there is no network. With a network, the newest ones are used.

const CACHE = "wasm-eventsource playground";

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
].map((file) => new URL(file, registration.scope).href);

const withoutQuery = ({ origin, pathname }) => origin + pathname;

function isKept(url) {
  return FILES.includes(withoutQuery(url));
}

/** A file that is missing is no reason to have no server: the page says so when it is needed. */
async function keepFiles() {
  const cache = await caches.open(CACHE);
  await Promise.allSettled(FILES.map((file) => cache.add(new Request(file, { cache: "no-cache" }))));
}

async function fileOf(request) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(withoutQuery(new URL(request.url)), response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(withoutQuery(new URL(request.url)));
    if (kept === undefined) throw error;
    return kept;
  }
}
