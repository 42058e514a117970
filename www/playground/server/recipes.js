// The streams of the recipes. As in streams.js, each is an async function that writes to a connection.

/** How many notifications are kept. */
const KEPT_NOTIFICATIONS = 100;

/** `{ id, text }`, oldest first. The IDs are times, so that they grow even if this worker was stopped and has forgotten the others. */
const notificationsSent = [];

async function notify(url, request) {
  const { text = "" } = await request.json();
  if (text.trim() === "") return new Response("There is no text.\n", { status: 400 });
  const id = Math.max(Date.now(), (notificationsSent.at(-1)?.id ?? 0) + 1);
  notificationsSent.push({ id, text: text.trim() });
  if (notificationsSent.length > KEPT_NOTIFICATIONS) notificationsSent.shift();
  for (const connection of clientOf(url, "notifications").connections) connection.notice();
  return Response.json({ id });
}

/** What was sent after the last event ID, and then each notification as it comes. */
function notifications(parameters, lastEventId) {
  return async (connection) => {
    let last = lastEventId === "" ? (notificationsSent.at(-1)?.id ?? 0) : Number(lastEventId);
    await connection.write("retry: 1000\n\n");
    for (;;) {
      const next = notificationsSent.find(({ id }) => id > last);
      if (next === undefined) {
        await connection.noticed();
      } else {
        last = next.id;
        await connection.write(`event: notification\nid: ${last}\ndata: ${JSON.stringify({ text: next.text })}\n\n`);
      }
    }
  };
}

const STEPS = ["Unpacking", "Reading", "Checking", "Sorting", "Resizing", "Compressing", "Writing", "Tidying up"];
const JOB_STEPS = 40;

/** A job is known by the time when it has begun: so its progress goes on whoever looks, and even if this worker was stopped. */
function startJob() {
  return Response.json({ id: Date.now() });
}

/** Each step with its number as the ID, and `done`. Steps behind the last event ID that were done meanwhile come at once. */
function job(parameters, lastEventId) {
  const start = numberOf(parameters, "id", Date.now());
  const interval = numberOf(parameters, "interval", 300);
  return async (connection) => {
    await connection.write("retry: 1000\n\n");
    for (let step = Number(lastEventId) + 1; step <= JOB_STEPS; step += 1) {
      await connection.pause(Math.max(0, start + step * interval - Date.now()));
      const what = STEPS[Math.floor(((step - 1) * STEPS.length) / JOB_STEPS)];
      await connection.write(`event: step\nid: ${step}\ndata: ${JSON.stringify({ step, of: JOB_STEPS, what })}\n\n`);
    }
    await connection.write("event: done\ndata:\n\n");
    // The page closes it.
    await connection.pause(60_000);
  };
}

/** Three figures, four times a second. They wander, and each is an event of its own type. */
function metrics(parameters) {
  const interval = numberOf(parameters, "interval", 250);
  const figures = { requests: [420, 120], latency: [38, 16], errors: [3, 3] };
  return async (connection) => {
    await connection.write("retry: 1000\n\n");
    for (;;) {
      let text = "";
      for (const [type, figure] of Object.entries(figures)) {
        const [value, step] = figure;
        figure[0] = Math.max(0, value + (Math.random() - 0.5) * step);
        text += `event: ${type}\ndata: ${Math.round(figure[0])}\n\n`;
      }
      await connection.write(text);
      await connection.pause(interval);
    }
  };
}

/** How many lines of the log are written at once, and how long the server then waits at least, in milliseconds. */
const LOG_LINES = 10;
const LOG_PAUSE = 10;
const SERVICES = ["web", "queue", "mail", "search"];

/** Lines without an end, each with its number as the ID: a thousand a second, if they are read as fast. */
function log(parameters, lastEventId) {
  let number = Number(lastEventId);
  return async (connection) => {
    for (;;) {
      let text = "";
      for (let count = 0; count < LOG_LINES; count += 1) {
        number += 1;
        text += `id: ${number}\ndata: ${logLine(number)}\n\n`;
      }
      await connection.writeOnDemand(encoder.encode(text));
      await connection.pause(LOG_PAUSE);
    }
  };
}

function logLine(number) {
  const service = SERVICES[number % SERVICES.length];
  return `${new Date().toISOString()} ${service}: request ${number} took ${(number * 7) % 90} ms`;
}
