// The files of the pages, kept for when there is no network. With a network, the newest ones are used. `CACHE` is the name under which they
// are kept, and `FILES` are their paths.

const KEPT = FILES.map((file) => new URL(file, registration.scope).href);

const withoutQuery = ({ origin, pathname }) => origin + pathname;

function isKept(url) {
  return KEPT.includes(withoutQuery(url));
}

/** A file that is missing is no reason to have no server: the page says so when it is needed. */
async function keepFiles() {
  const cache = await caches.open(CACHE);
  await Promise.allSettled(KEPT.map((file) => cache.add(new Request(file, { cache: "no-cache" }))));
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
