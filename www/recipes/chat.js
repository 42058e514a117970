import { stream } from "wasm-eventsource";

const form = document.querySelector("#chat");
const { question, ask, stop, resume } = form.elements;
const answer = document.querySelector("#answer");
const state = document.querySelector("#state");
let prompt = "";
let lastEventId = "";
let controller;

/** Reads the answer, from behind the last event ID if there is one. */
async function read(signal) {
  const events = stream("demo/completions", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Authorization: "Bearer token",
    },
    body: JSON.stringify({ prompt }),
    lastEventId,
    signal,
    idleTimeout: 30_000,
    // An answer that ends before this event was cut, and the loop throws.
    until: ({ data }) => data === "[DONE]",
  });
  for await (const event of events) {
    lastEventId = event.lastEventId;
    if (event.data !== "[DONE]") answer.append(event.json().delta);
  }
}

async function run() {
  controller = new AbortController();
  show("The answer comes.", { running: true });
  try {
    await read(controller.signal);
    show("The answer is complete.");
  } catch (error) {
    const text = controller.signal.aborted ? "Stopped." : error.message;
    show(text, { resumable: true });
  }
}

function show(text, { running = false, resumable = false } = {}) {
  state.textContent = text;
  ask.disabled = running;
  stop.disabled = !running;
  resume.disabled = !resumable;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  prompt = question.value;
  lastEventId = "";
  answer.textContent = "";
  run();
});
stop.addEventListener("click", () => controller.abort());
resume.addEventListener("click", run);
