// `?implementation=` says whose class is `Source`; `?leaves` keeps the page out of the back/forward cache.
const query = new URLSearchParams(location.search);

if (query.get("implementation") === "ours") {
  import("/pkg/dist/index.js").then(({ EventSource, stream }) => {
    Object.assign(globalThis, { Source: EventSource, stream });
    beginAtOnce();
  });
} else {
  globalThis.Source = globalThis.EventSource;
  beginAtOnce();
}

/** With `?source` and `?iterated` they are begun while the page may be prerendered; then `?begun` is fetched. What comes is in `seen`. */
function beginAtOnce() {
  globalThis.seen = [`prerendering ${document.prerendering}`];
  if (query.has("source")) {
    new Source(query.get("source")).onmessage = ({ data }) => seen.push(data);
  }
  if (query.has("iterated")) {
    stream(query.get("iterated")).next().then(({ value }) => seen.push(value.data));
  }
  if (query.has("begun")) {
    fetch(query.get("begun"));
  }
}

addEventListener("pageshow", ({ persisted }) => persisted && note("restored"));
if (query.has("leaves")) {
  addEventListener("unload", () => {});
}

/** In a dedicated worker, of ours; what happens there is noted here. */
globalThis.beginInWorker = (url) => {
  globalThis.worker = new Worker("/lifetime/worker.js");
  worker.onmessage = ({ data }) => note(data);
  worker.postMessage({ url });
};
