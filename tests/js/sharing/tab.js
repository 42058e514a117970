// What the runner calls in each window. `?implementation=` says whose class it is.
const query = new URLSearchParams(location.search);

/** Each source by its name: `{ source, list, times }`. The list has "open", "error", and the number of each event. */
globalThis.sources = {};

globalThis.loaded =
  query.get("implementation") === "native"
    ? Promise.resolve({ EventSource })
    : import("/pkg/dist/shared.js");
loaded.then((loaded) => (globalThis.Source = loaded.EventSource));

globalThis.begin = (name, url, init) => {
  const one = { source: new Source(url, init), list: [], times: [] };
  sources[name] = one;
  const note = (what) => {
    one.list.push(what);
    one.times.push(Date.now());
  };
  one.source.onopen = () => note("open");
  one.source.onerror = () => note("error");
  one.source.onmessage = ({ data }) => note(Number(data));
};
addEventListener("pageshow", ({ persisted }) => (globalThis.persisted ||= persisted));
