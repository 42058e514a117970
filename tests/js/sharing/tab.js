// What the runner calls in each window. `?implementation=` says whose class it is, `?without=` what the platform lacks.
const query = new URLSearchParams(location.search);

/** Each source by its name: `{ source, list, times }`. The list has "open", "error", and the number of each event. */
globalThis.sources = {};

const lacks = {
  "": () => {},
  locks: () => Object.defineProperty(navigator, "locks", { value: undefined }),
  channel: () => delete globalThis.BroadcastChannel,
  "allowed channel": () => {
    globalThis.BroadcastChannel = function () {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
  },
};
lacks[query.get("without")]();

globalThis.loaded =
  query.get("implementation") === "native" ? Promise.resolve(globalThis) : import("/pkg/dist/shared.js");
loaded.then(({ EventSource }) => (globalThis.Source = EventSource));

function record(name, source) {
  const one = { source, list: [], times: [] };
  sources[name] = one;
  return (what) => {
    one.list.push(what);
    one.times.push(Date.now());
  };
}

globalThis.begin = (name, url, init) => {
  const source = new Source(url, init);
  const note = record(name, source);
  source.onopen = () => note("open");
  source.onerror = () => note("error");
  source.onmessage = ({ data }) => note(Number(data));
};

/** The same in a dedicated worker. */
globalThis.beginInWorker = (name, url, init) => {
  const worker = new Worker("/sharing/worker.js", { type: "module" });
  const source = { shared: undefined, worker };
  const note = record(name, source);
  worker.onmessage = ({ data: { what, shared } }) => {
    source.shared = shared;
    note(what);
  };
  worker.postMessage({ url, init });
};

/** Keeps the page busy. */
globalThis.wedge = (time) => {
  for (const end = Date.now() + time; Date.now() < end; );
};

addEventListener("pageshow", ({ persisted }) => (globalThis.persisted = persisted));
