// What the runner calls in each window. `?implementation=` says whose class it is, `?without=` what the platform lacks, `?version=` which
// version of the package makes way for another one.
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

/** The module as another version of the package has it. */
function ofOtherVersion(bytes) {
  const version = query.get("version");
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  if (text.split(version).length !== 2) {
    throw new Error(`the module does not say once that it is of version ${version}`);
  }
  return Uint8Array.from(text.replace(version, version.replace(/\d$/, "x")), (character) => character.charCodeAt(0));
}

if (query.has("version")) {
  const { Module, instantiate } = WebAssembly;
  WebAssembly.instantiate = (bytes, ...more) => instantiate.call(WebAssembly, ofOtherVersion(bytes), ...more);
  WebAssembly.Module = class extends Module {
    constructor(bytes) {
      // The empty one is for finding out whether there may be any.
      super(bytes.length > 100 ? ofOtherVersion(bytes) : bytes);
    }
  };
}

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

/** The same with the connection in the application's SharedWorker. */
globalThis.beginWithSharedWorker = (name, url, init) => {
  const worker = new SharedWorker("/sharing/shared-worker.js", { type: "module" });
  begin(name, url, { ...init, shared: { worker } });
};

/** Keeps the page busy. */
globalThis.wedge = (time) => {
  for (const end = Date.now() + time; Date.now() < end; );
};

/** Posts what is no message to the channels of all groups, or only looks like one. */
globalThis.babble = async () => {
  const { held } = await navigator.locks.query();
  const groups = held.flatMap(({ name }) => (name.endsWith("/leader") ? [name.slice(0, -"/leader".length)] : []));
  for (const group of groups) {
    const channel = new BroadcastChannel(group);
    const message = await new Promise((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
      // A member that joins makes others talk.
      const [{ source }] = Object.values(sources);
      new Source(source.url, { shared: true }).onopen = ({ target }) => target.close();
    });
    const random = Array.from({ length: 64 }, (_, length) => crypto.getRandomValues(new Uint8Array(length)));
    // As far as its kind, a message has no end.
    const cut = Array.from({ length: 22 }, (_, length) => message.slice(0, length));
    const ofVersionZero = message.with(1, 0);
    const others = [null, "leave", 1, {}, [], message.buffer, [...message], new Uint16Array(message), new Blob([message])];
    for (const data of [...random, ...cut, ofVersionZero, ...others]) {
      channel.postMessage(data);
    }
    channel.close();
  }
};

addEventListener("pageshow", ({ persisted }) => (globalThis.persisted = persisted));
