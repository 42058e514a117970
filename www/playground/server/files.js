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
  await Promise.allSettled(KEPT.map(async (file) => keep(cache, file, await fetch(file, { cache: "no-cache" }))));
}

async function fileOf(request) {
  const cache = await caches.open(CACHE);
  const file = withoutQuery(new URL(request.url));
  try {
    const response = await fetch(request);
    await keep(cache, file, response);
    return response;
  } catch (error) {
    const kept = await cache.match(file);
    if (kept === undefined) throw error;
    return kept;
  }
}

/** A file that breaks off does not take the place of the kept one. */
async function keep(cache, file, response) {
  if (!response.ok) return;
  const { byteLength } = await response.clone().arrayBuffer();
  if (byteLength < expectedLength(response)) throw new Error(`${file} breaks off`);
  await cache.put(file, response.clone());
}

/** In bytes; 0 if nobody knows. Where a connection breaks off, WebKit reads on as if the file ended there. */
function expectedLength({ headers }) {
  return headers.has("Content-Encoding") ? 0 : Number(headers.get("Content-Length"));
}
