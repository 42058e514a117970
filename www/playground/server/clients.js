// What the server knows of each client. A client is a name that the page gives to its source, so that the server can tell sources apart.

/** How many requests of one client are remembered. */
const REMEMBERED = 100;

const NO_FAULTS = {
  /** Whether connections stay open and nothing comes. */
  silent: false,
  lineEnd: "\n",
  /** How many bytes there are in a chunk; 0: each event is one. */
  chunk: 0,
  /** What the next requests are answered with, instead of a stream: statuses, or "redirect". */
  next: [],
};

class Client {
  connections = new Set();
  requests = [];
  faults = { ...NO_FAULTS };

  remember(request, url) {
    const lastEventId = request.headers.get("Last-Event-ID");
    this.requests.push({ path: url.pathname, lastEventId, time: new Date().toISOString() });
    if (this.requests.length > REMEMBERED) this.requests.shift();
  }

  /** Ends every connection by this method of it, and says how many there were. */
  endAll(method) {
    const connections = [...this.connections];
    for (const connection of connections) connection[method]();
    return connections.length;
  }
}

const knownClients = new Map();

/** `name` is that of a client that does not say its own. */
function clientOf(url, name = "") {
  const said = url.searchParams.get("client") ?? name;
  if (!knownClients.has(said)) knownClients.set(said, new Client());
  return knownClients.get(said);
}
