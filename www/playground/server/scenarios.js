// What the tabs Ends and Alive have in common here: each start of a scenario is a client with a log, and the page follows that log.

/** One start of a scenario. */
class Scenario {
  /** The log, oldest first: `{ what, text, line }`. */
  told = [];
  /** How many connections there were. */
  lines = 0;
  start = Date.now();
  /** The only token that bearer's server takes. */
  token = 1;

  constructor(url) {
    this.name = url.searchParams.get("client") ?? "";
    this.client = clientOf(url, "scenario");
    this.interval = Math.max(1, numberOf(url.searchParams, "interval", 500));
    this.choice = url.searchParams.get("choice") ?? "";
  }

  /** `line` is the number of the connection, if it is about one. */
  tell(what, text, line = "") {
    this.told.push({ what, text, line });
    for (const connection of logOf(this.name).connections) connection.notice();
  }

  /** Answers with a stream that `play(line)` writes. */
  stream(play, headers) {
    return new Line(this).respond(play, headers);
  }

  /** A response without a stream. */
  refuse(status, text, headers = {}) {
    this.tell("refused", String(status));
    return new Response(text, { status, headers });
  }
}

/** One connection of a scenario. It tells what happens to it. */
class Line {
  #scenario;
  #connection;
  #isOver = false;

  constructor(scenario) {
    this.#scenario = scenario;
    this.#connection = new Connection(scenario.client);
    scenario.lines += 1;
    this.number = scenario.lines;
  }

  respond(play, headers) {
    this.tell("response", `200, ${headers === undefined ? "an event stream" : (headers["Content-Type"] ?? "no Content-Type")}`);
    const playAndTell = async () => {
      await play(this);
      if (!this.#isOver) this.tell("end", "the stream");
    };
    const onCancel = () => {
      this.#isOver = true;
      this.tell("closed", "by the client");
    };
    return this.#connection.respond(playAndTell, { headers, onCancel });
  }

  tell(what, text) {
    this.#scenario.tell(what, text, this.number);
  }

  /** Waits for the turn of this event of the scenario, counted from its start. What is late comes at once. */
  until(id) {
    return this.pause(Math.max(0, this.#scenario.start + id * this.#scenario.interval - Date.now()));
  }

  pause(milliseconds) {
    return this.#connection.pause(milliseconds);
  }

  /** Sends an event, after the usual wait. */
  async event(id, data = `number ${id}`) {
    await this.pause(this.#scenario.interval);
    await this.send(id, data);
  }

  async send(id, data = `number ${id}`) {
    await this.write(`id: ${id}\ndata: ${data}\n\n`);
    this.tell("event", data);
  }

  write(text) {
    return this.#connection.write(text);
  }

  /** The connection breaks. */
  cut() {
    this.#isOver = true;
    this.tell("cut", "the connection breaks");
    this.#connection.cut();
  }
}

const scenarios = new Map();

function scenarioOf(url) {
  const name = url.searchParams.get("client") ?? "";
  if (!scenarios.has(name)) scenarios.set(name, new Scenario(url));
  return scenarios.get(name);
}

/** The page's connections that follow the log of this client. */
function logOf(name) {
  return clientOf(new URL(`?client=log-${name}`, registration.scope));
}

/** The log as a stream: what was told, and each further line as it comes. */
function followLog(url, request) {
  const scenario = scenarioOf(url);
  const lastEventId = request.headers.get("Last-Event-ID") ?? "";
  return new Connection(logOf(scenario.name)).respond(async (connection) => {
    for (let index = Number(lastEventId); ; index += 1) {
      while (index >= scenario.told.length) await connection.noticed();
      await connection.write(`id: ${index + 1}\ndata: ${JSON.stringify(scenario.told[index])}\n\n`);
    }
  });
}

/** Each scenario is a function that answers a request. What the page shows of the request is told first. */
function play(answer) {
  return (url, request) => {
    const scenario = scenarioOf(url);
    const lastEventId = request.headers.get("Last-Event-ID") ?? "";
    const token = request.headers.get("Authorization");
    const sent = [lastEventId && `Last-Event-ID: ${lastEventId}`, token].filter(Boolean).join(", ");
    scenario.tell("request", sent === "" ? request.method : `${request.method} with ${sent}`);
    return answer(scenario, { request, lastEventId, token });
  };
}

ROUTES["GET demo/scenarios/log"] = followLog;
