// The streams. Each is an async function that writes to a connection, until that is over.

/** The SSE example of the Workerman manual. */
function workerman(parameters) {
  const interval = numberOf(parameters, "interval", 2000);
  return async (connection) => {
    await connection.write("\n");
    for (;;) {
      await connection.pause(interval);
      await connection.write("event: message\nid: 1\ndata: hello\n\n");
    }
  };
}

/** The example of MDN's "Using server-sent events": a `ping` each second, and now and then a message without a type. */
function mdn(parameters) {
  const interval = numberOf(parameters, "interval", 1000);
  return async (connection) => {
    for (let counter = oneToTen(); ; counter -= 1) {
      const time = new Date().toISOString();
      await connection.write(`event: ping\ndata: {"time": "${time}"}\n\n`);
      if (counter === 1) {
        await connection.write(`data: This is a message at time ${time}\n\n`);
        counter = oneToTen();
      }
      await connection.pause(interval);
    }
  };
}

const oneToTen = () => Math.ceil(Math.random() * 10);

/** How many events of the clock a client gets that it has missed. */
const MISSED = 100;

const DAY = 86_400_000;

/**
 * The time at the end of each interval of the day, with the number of the interval as its ID: the same for everybody, also after
 * this worker was stopped. Whoever has missed some gets them first. Reconnections take a second, so that nobody waits for long.
 */
function clock(parameters, lastEventId) {
  const interval = Math.max(1, numberOf(parameters, "interval", 1000));
  return async (connection) => {
    const midnight = Math.floor(Date.now() / DAY) * DAY;
    const current = Math.floor((Date.now() - midnight) / interval);
    await connection.write("retry: 1000\n\n");
    const last = /^\d+$/.test(lastEventId) ? Number(lastEventId) : current - 1;
    const first = Math.min(Math.max(last + 1, current - MISSED), current + 1);
    for (let id = first; ; id += 1) {
      const time = midnight + id * interval;
      await connection.pause(Math.max(0, time - Date.now()));
      await connection.write(`id: ${id}\ndata: ${new Date(time).toISOString().slice(11, 23)}\n\n`);
    }
  };
}

/** An answer in pieces, as language models give it. With a Last-Event-ID it goes on behind that piece. */
function completion(prompt, interval, lastEventId) {
  const pieces = answerTo(prompt).match(/\S+\s*/g);
  return async (connection) => {
    for (let index = Number(lastEventId) || 0; index < pieces.length; index += 1) {
      await connection.pause(interval);
      await connection.write(`id: ${index + 1}\ndata: ${JSON.stringify({ delta: pieces[index] })}\n\n`);
    }
    await connection.write("data: [DONE]\n\n");
  };
}

function answerTo(prompt) {
  const words = prompt.trim().split(/\s+/).length;
  return (
    `You wrote ${words === 1 ? "one word" : `${words} words`}: “${prompt.trim()}”. I am no language model. I am a service worker that ` +
    "sends one word at a time, and each word is an event with an ID. Press Stop while I talk, then Resume. The next request names " +
    "the last word that you have seen, and I go on behind it."
  );
}

/** How many bytes of a flood are written at once. */
const FLOOD_CHUNK = 65_536;

/** `count` events as fast as they are read, and an event `end`. */
function flood(parameters) {
  const count = numberOf(parameters, "count", 10_000);
  const data = "x".repeat(numberOf(parameters, "size", 100));
  return async (connection) => {
    const event = `data: ${data}\n\n`;
    const perChunk = Math.max(1, Math.floor(FLOOD_CHUNK / event.length));
    const chunk = encoder.encode(event.repeat(perChunk));
    for (let left = count; left > 0; left -= perChunk) {
      await connection.writeOnDemand(left >= perChunk ? chunk.slice() : encoder.encode(event.repeat(left)));
    }
    await connection.write("event: end\ndata:\n\n");
    // The page closes it. If the server did, a source might connect again before it has read the last event.
    await connection.pause(60_000);
  };
}

function numberOf(parameters, name, ifMissing) {
  const text = parameters.get(name) ?? "";
  return /^\d+$/.test(text) ? Number(text) : ifMissing;
}
