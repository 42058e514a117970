// Chat: an answer to a POST, which can be stopped and resumed.

import { newClientId, worker } from "../streams.js";
import { stream } from "wasm-eventsource";
import { setFaults } from "./server.js";

const root = document.querySelector("#panel-chat");
const part = (name) => root.querySelector(`[data-testid="${name}"]`);
const status = part("chat-status");

let client = "";
let prompt = "";
let lastEventId = "";
let words = 0;
let stop = new AbortController();

async function ask(signal) {
  const body = JSON.stringify({ prompt });
  const headers = { "Content-Type": "application/json", Authorization: "Bearer token" };
  const events = stream(`demo/completions?client=${client}`, {
    method: "POST",
    headers,
    body,
    signal,
    lastEventId,
    until: ({ data }) => data === "[DONE]",
  });
  for await (const event of events) {
    if (event.data === "[DONE]") return;
    lastEventId = event.lastEventId;
    show(event.json().delta);
  }
}

async function run() {
  stop = new AbortController();
  const { signal } = stop;
  showRunning(true);
  let resumable = true;
  try {
    await ask(signal);
    resumable = false;
    status.textContent = "The answer is complete.";
  } catch (error) {
    // The reason of the signal is thrown as it is: the visitor pressed Stop.
    status.textContent = signal.aborted ? "Stopped." : `${error.name}: ${error.message}`;
  }
  showRunning(false, resumable);
  part("chat-requests").textContent = (await worker.requestsOf(client)).length;
}

function show(text) {
  words += 1;
  part("answer").append(text);
  part("words").textContent = words;
  part("chat-last-event-id").textContent = lastEventId;
}

function showRunning(running, resumable = false) {
  part("ask").disabled = running;
  part("stop").disabled = !running;
  part("cut-answer").disabled = !running;
  part("resume").disabled = running || !resumable;
  if (running) status.textContent = "The answer comes.";
}

function begin() {
  prompt = part("prompt").value.trim();
  part("prompt-error").textContent = prompt === "" ? "Write a question first." : "";
  if (prompt === "") {
    part("prompt").focus();
    return;
  }
  client = newClientId();
  lastEventId = "";
  words = 0;
  part("answer").textContent = "";
  part("words").textContent = 0;
  part("chat-last-event-id").textContent = "";
  run();
}

root.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});
part("stop").addEventListener("click", () => stop.abort());
part("cut-answer").addEventListener("click", () => setFaults(client, { now: "cut" }));
part("resume").addEventListener("click", run);
