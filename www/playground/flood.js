// Flood: how many events a second each client takes.

import { newClientId } from "../streams.js";
import { EventSource } from "wasm-eventsource";

const root = document.querySelector("#panel-flood");
const part = (name) => root.querySelector(`[data-testid="${name}"]`);

const byListener = (source, onEvent) => source.addEventListener("message", onEvent);

const CLIENTS = [
  { name: "Native, a listener", EventSource: globalThis.EventSource, follow: byListener },
  { name: "wasm-eventsource, a listener", EventSource, follow: byListener },
  { name: "wasm-eventsource, subscribe()", EventSource, follow: (source, onEvent) => source.subscribe(onEvent) },
];

/** Answers `{ count, seconds }`, from the first event to the last. */
function measure({ EventSource, follow }, parameters) {
  const source = new EventSource(`demo/flood?${parameters}&client=${newClientId()}`);
  return new Promise((resolve, reject) => {
    let count = 0;
    let start = 0;
    follow(source, ({ type }) => {
      // A callback of subscribe() gets the last event too, whose type is another.
      if (type !== "message") return;
      if (count === 0) start = performance.now();
      count += 1;
    });
    source.addEventListener("end", () => resolve({ count, seconds: (performance.now() - start) / 1000 }));
    source.addEventListener("error", () => reject(new Error("the connection was lost")));
  }).finally(() => source.close());
}

function row({ name }, { count, seconds }) {
  const tr = document.createElement("tr");
  const rate = Math.round(count / seconds);
  Object.assign(tr.dataset, { count, rate });
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = name;
  tr.append(head);
  for (const text of [count.toLocaleString("en"), `${Math.round(seconds * 1000).toLocaleString("en")} ms`]) {
    tr.insertCell().textContent = text;
  }
  const bar = document.createElement("span");
  bar.className = "bar";
  bar.textContent = rate.toLocaleString("en");
  tr.insertCell().append(bar);
  return tr;
}

function drawBars(rows) {
  const most = Math.max(...rows.map(({ dataset }) => Number(dataset.rate)));
  for (const tr of rows) tr.querySelector(".bar").style.setProperty("--share", tr.dataset.rate / most);
}

async function start() {
  const parameters = new URLSearchParams({ count: part("flood-count").value, size: part("flood-size").value });
  const rows = [];
  part("flood-start").disabled = true;
  try {
    for (const client of CLIENTS.filter((client) => client.EventSource !== undefined)) {
      part("flood-status").textContent = `${client.name} …`;
      rows.push(row(client, await measure(client, parameters)));
      drawBars(rows);
      part("flood-rows").replaceChildren(...rows);
    }
    part("flood-status").textContent = "Done.";
  } catch (error) {
    part("flood-status").textContent = `It failed: ${error.message}.`;
  } finally {
    part("flood-start").disabled = false;
  }
}

root.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  start();
});
