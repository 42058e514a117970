// What is answered to which request. Paths are relative to the folder of the playground, wherever that is.

const STREAMS = { workerman, mdn, clock, moved: clock, flood, notifications, job, metrics, log };

const ROUTES = {
  "GET demo/requests": (url) => Response.json(clientOf(url).requests),
  "GET demo/connections": (url) => Response.json({ open: clientOf(url).connections.size }),
  // Not "cut": browsers' own sources give up for good if a service worker breaks a response off. From a server they take it.
  "POST demo/cut": (url) => Response.json({ cut: clientOf(url).endAll("end") }),
  "POST demo/faults": setFaults,
  "POST demo/completions": complete,
  "POST demo/notifications": notify,
  "POST demo/jobs": startJob,
  ...Object.fromEntries(
    Object.keys(STREAMS).map((name) => [`GET demo/${name}`, (url, request) => follow(name, url, request)]),
  ),
};

/** The promise of a response, or undefined if this server has nothing to say to the request. */
function answerOf(request, url) {
  const route = ROUTES[`${request.method} ${pathInScope(url)}`];
  return route && Promise.resolve(route(url, request));
}

/** The path below the folder of the playground, or null. */
function pathInScope(url) {
  const { origin, pathname } = new URL(registration.scope);
  return url.origin === origin && url.pathname.startsWith(pathname) ? url.pathname.slice(pathname.length) : null;
}

function follow(name, url, request) {
  const client = clientOf(url, name);
  client.remember(request, url);
  const next = client.faults.next.shift();
  if (next !== undefined) return refuse(next, url);
  const lastEventId = request.headers.get("Last-Event-ID") ?? "";
  return new Connection(client).respond(STREAMS[name](url.searchParams, lastEventId));
}

function refuse(next, url) {
  if (next === "redirect") return Response.redirect(new URL(`moved${url.search}`, url), 307);
  if (next === 204) return new Response(null, { status: 204 });
  return new Response(`The playground was asked for a ${next}.\n`, { status: next, headers: { "Retry-After": "1" } });
}

/**
 * The body is JSON: members of `NO_FAULTS` that change; `send`, a text for all open connections; and `now`, "cut" or "end", which then
 * becomes of them. Answers how many there were.
 */
async function setFaults(url, request) {
  const { now, send, ...faults } = await request.json();
  const client = clientOf(url);
  if (send !== undefined) await Promise.all([...client.connections].map((connection) => connection.write(send)));
  Object.assign(client.faults, faults);
  const count = now === undefined ? client.connections.size : client.endAll(now);
  return Response.json({ count });
}

async function complete(url, request) {
  const client = clientOf(url, "completions");
  client.remember(request, url);
  const { prompt = "" } = await request.json();
  if (prompt.trim() === "") return new Response("There is no prompt.\n", { status: 400 });
  const interval = numberOf(url.searchParams, "interval", 90);
  const lastEventId = request.headers.get("Last-Event-ID") ?? "";
  return new Connection(client).respond(completion(prompt, interval, lastEventId));
}
