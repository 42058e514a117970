// The scenarios of Ends: answers that end, and answers that only seem to.

const COUNTED = 5;

/** The numbers from 1 on, and [DONE]: unless the choice is that they end or break off before it. */
function counted(scenario) {
  return scenario.stream(async (line) => {
    const last = scenario.choice === "complete" ? COUNTED : COUNTED - 2;
    for (let id = 1; id <= last; id += 1) await line.event(id);
    if (scenario.choice === "cut") return line.cut();
    if (scenario.choice === "complete") await line.event(last + 1, "[DONE]");
    return undefined;
  });
}

/** The last event lacks its blank line. */
function unfinished(scenario) {
  return scenario.stream(async (line) => {
    for (let id = 1; id < 4; id += 1) await line.event(id);
    await line.pause(scenario.interval);
    await line.write("id: 4\ndata: number 4\n");
    line.tell("event", "number 4, without a blank line");
  });
}

function failing(scenario) {
  return scenario.stream(async (line) => {
    for (let id = 1; id < 4; id += 1) await line.event(id);
    await line.pause(scenario.interval);
    const data = JSON.stringify({ message: "The model is overloaded." });
    await line.write(`event: error\ndata: ${data}\n\n`);
    line.tell("event", `of the type error: ${data}`);
    // The client closes it.
    await line.pause(60_000);
  });
}

/** A server that fails, and says so in JSON under the type of a stream. */
function noEventStream(scenario) {
  return scenario.stream(async (line) => {
    const body = JSON.stringify({ error: { message: "The model is overloaded." } });
    await line.write(body);
    line.tell("body", body);
  });
}

const OTHER_TYPES = { none: {}, plain: { "Content-Type": "text/plain" }, html: { "Content-Type": "text/html" } };

function otherType(scenario) {
  return scenario.stream(
    async (line) => {
      for (let id = 1; id <= COUNTED; id += 1) await line.event(id);
    },
    OTHER_TYPES[scenario.choice],
  );
}

const RESUMED = 8;

/** A POST begins an answer. A GET goes on with it, behind the last event ID. The first two connections do not see its end. */
function resumable(scenario, { lastEventId }) {
  return scenario.stream(async (line) => {
    const first = Number(lastEventId) + 1;
    for (let id = first; id <= RESUMED; id += 1) {
      await line.event(id);
      if (line.number <= 2 && id - first === 2) return scenario.choice === "cut" ? line.cut() : undefined;
    }
    return line.event(RESUMED + 1, "[DONE]");
  });
}

Object.assign(ROUTES, {
  "GET demo/scenarios/until": play(counted),
  "GET demo/scenarios/incomplete": play(unfinished),
  "GET demo/scenarios/error-events": play(failing),
  "GET demo/scenarios/no-event-stream": play(noEventStream),
  "GET demo/scenarios/accept": play(otherType),
  "GET demo/scenarios/resume": play(resumable),
  "POST demo/scenarios/resume": play(resumable),
});
