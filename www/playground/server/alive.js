// The scenarios of Alive: connections that are lost without a word, and attempts that need something else than the last one.

/** The last event of a connection that dies, and how long after it the log says so, in milliseconds. */
const LAST_HEARD = 4;
const NOTICED_AFTER = 2_000;
/** As long as a browser keeps a service worker for one response. */
const FOR_EVER = 240_000;

/** The numbers behind the last event ID, each in its turn: who comes late gets at once what was missed. */
async function count(line, lastEventId) {
  for (let id = Number(lastEventId) + 1; ; id += 1) {
    await line.until(id);
    await line.send(id);
  }
}

/** Nothing arrives on the first connection any more, and nobody is told. A second one is well. */
function dying(scenario, { lastEventId }) {
  return scenario.stream(async (line) => {
    if (line.number > 1) return count(line, lastEventId);
    for (let id = 1; id <= LAST_HEARD; id += 1) {
      await line.until(id);
      await line.send(id);
    }
    await line.pause(NOTICED_AFTER);
    line.tell("dead", `nothing has come through since number ${LAST_HEARD}`);
    return line.pause(FOR_EVER);
  });
}

/** The first request gets no response. */
async function slow(scenario, { request, lastEventId }) {
  if (!scenario.wasSlow) {
    scenario.wasSlow = true;
    scenario.tell("waits", "no response");
    await new Promise((resolve) => {
      request.signal.addEventListener("abort", resolve);
      setTimeout(resolve, 20_000);
    });
    return new Response("Too late.\n", { status: 503 });
  }
  return scenario.stream((line) => count(line, lastEventId));
}

/** A stream for those who have the token of the day. */
function protectedStream(scenario, { token }) {
  if (token !== `Bearer token-${scenario.token}`) return scenario.refuse(401, "This token has expired.\n");
  return scenario.stream(async (line) => {
    await line.write("retry: 300\n\n");
    await line.write(`data: welcome, token-${scenario.token}\n\n`);
    return line.pause(FOR_EVER);
  });
}

/** The token is no longer good, and those who are connected by it are sent away. */
function expire(url) {
  const scenario = scenarioOf(url);
  scenario.tell("expired", `token-${scenario.token}`);
  scenario.token += 1;
  return Response.json({ ended: scenario.client.endAll("end") });
}

async function refresh(url) {
  const scenario = scenarioOf(url);
  const token = `token-${scenario.token}`;
  scenario.tell("refresh", token);
  return Response.json({ token });
}

/** After a restart this server has forgotten its IDs, and counts from 101. */
function forgetful(scenario, { lastEventId }) {
  if (lastEventId === String(LAST_HEARD)) return scenario.refuse(410, "This ID is unknown here.\n");
  return scenario.stream(async (line) => {
    await line.write("retry: 300\n\n");
    const first = line.number === 1 ? 1 : Number(lastEventId || 100) + 1;
    for (let id = first; ; id += 1) {
      await line.event(id);
      if (id === LAST_HEARD) return;
    }
  });
}

/** Whatever ID the client names: it goes on behind that. */
function repeating(scenario, { lastEventId }) {
  return scenario.stream(async (line) => {
    for (let id = Number(lastEventId) + 1; ; id += 1) await line.event(id);
  });
}

Object.assign(ROUTES, {
  "GET demo/scenarios/verify": play(dying),
  "GET demo/scenarios/when-back": play(dying),
  "GET demo/scenarios/connect-timeout": play(slow),
  "GET demo/scenarios/bearer": play(protectedStream),
  "POST demo/scenarios/expire": expire,
  "POST demo/scenarios/refresh": refresh,
  "GET demo/scenarios/cursor": play(forgetful),
  "GET demo/scenarios/go-back": play(repeating),
});
