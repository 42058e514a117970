// What the page can connect to, and what the demo server can be asked about it.

/** Relative to the page: on a static host, a service worker answers below its folder. */
const DEMO_PATHS = { workerman: "demo/workerman", mdn: "demo/mdn" };

export const isDemo = (stream) => Object.hasOwn(DEMO_PATHS, stream);

/** The address of a demo stream. The client ID lets the server tell the two panels apart. */
export function demoUrl(stream, { client, interval }) {
  const query = new URLSearchParams();
  if (client) query.set("client", client);
  if (interval) query.set("interval", interval);
  return query.size === 0 ? DEMO_PATHS[stream] : `${DEMO_PATHS[stream]}?${query}`;
}

/** `?stream=mdn|workerman|URL&autoconnect=1&interval=MS` of this page. */
export function readPageParameters(search) {
  const parameters = new URLSearchParams(search);
  const wanted = parameters.get("stream") ?? "workerman";
  const interval = parameters.get("interval") ?? "";
  return {
    stream: isDemo(wanted) ? wanted : "custom",
    customUrl: isDemo(wanted) || wanted === "custom" ? "" : wanted,
    interval: /^[0-9]+$/.test(interval) ? interval : "",
    autoconnect: parameters.get("autoconnect") === "1",
  };
}

/** Not `crypto.randomUUID`: a page that comes over plain http from another machine does not have it. */
export function newClientId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Has the server cut this client's connections; answers how many there were. */
export async function cutConnections(client) {
  const { cut } = await askServer(`demo/cut?client=${client}`, { method: "POST" });
  return cut;
}

/** How many streams of this client are open. */
export async function openConnections(client) {
  const { open } = await askServer(`demo/connections?client=${client}`, { cache: "no-store" });
  return open;
}

/** The stream requests the server had from this client: `[{ path, lastEventId, time }]`. */
export function requestsOf(client) {
  return askServer(`demo/requests?client=${client}`, { cache: "no-store" });
}

async function askServer(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(`the server answered ${response.status} to ${path}`);
  return response.json();
}
