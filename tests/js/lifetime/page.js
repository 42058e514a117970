// `?implementation=` says whose class is `Source`; `?leaves` keeps the page out of the back/forward cache.
const query = new URLSearchParams(location.search);

if (query.get("implementation") === "ours") {
  import("/pkg/dist/index.js").then(({ EventSource }) => (globalThis.Source = EventSource));
} else {
  globalThis.Source = globalThis.EventSource;
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
