// Break it: two clients on a clock, and a server that misbehaves as it is told.

import { Panel } from "../panel.js";
import { newClientId, worker } from "../streams.js";
import { EventSource } from "wasm-eventsource";
import { setFaults } from "./server.js";

const root = document.querySelector("#panel-break");
const part = (name) => root.querySelector(`[data-testid="${name}"]`);
const status = part("break-status");
const LINE_ENDS = { LF: "\n", CRLF: "\r\n", CR: "\r" };

/** What our client can do and the browser's own cannot. The code that the tab shows has the same. */
const OURS = { idleTimeout: 5_000, reconnect: { statuses: [503] } };

const FAULTS = {
  end: [
    { now: "end" },
    "The server has ended the stream. Both clients wait for the reconnection time, and come back with the last event ID.",
  ],
  cut: [
    { now: "cut" },
    "The connection broke in the middle. Ours comes back. The browser’s own gives up, because a service worker broke it.",
  ],
  503: [
    { now: "end", next: [503, 503] },
    "The next two requests are answered with 503 and Retry-After: 1. By the standard, any status but 200 is the end. Ours was told to try again after a 503.",
  ],
  404: [
    { now: "end", next: [404] },
    "The next request is answered with 404. Both clients fail for good, and ours says why in its error event.",
  ],
  204: [
    { now: "end", next: [204] },
    "The next request is answered with 204 No Content. With it a server asks its clients not to come again.",
  ],
  redirect: [
    { now: "end", next: ["redirect"] },
    "The next request is redirected to demo/moved. Ours goes there for later reconnections too, as the standard has it. End the stream to see it.",
  ],
  retry: [
    { send: "retry: 200\n\n", now: "end" },
    "The server has set the reconnection time to 200 ms, and ended the stream. Both clients come back at once.",
  ],
};

const SILENCE = [
  "The connections are open, and nothing comes. The browser’s own waits for ever. Ours gives up after 5 seconds (idleTimeout) and connects again.",
  "The server speaks again to whoever is connected. IDs show what was missed meanwhile.",
];

const template = document.querySelector("#panel");
const panels = [
  new Panel(template, {
    name: "native",
    title: "Native",
    origin: "the browser’s own EventSource",
    server: worker,
    onChange() {},
  }),
  new Panel(template, {
    name: "wasm",
    title: "WebAssembly",
    origin: "wasm-eventsource, with two options",
    server: worker,
    onChange() {},
  }),
];
const [native, ours] = panels;
native.EventSource = globalThis.EventSource;
ours.EventSource = EventSource;
part("break-panels").append(native.root, ours.root);

let clients = [];
let isSilent = false;

const setForAll = (faults) => Promise.all(clients.map((client) => setFaults(client, faults)));

async function connect() {
  clients = panels.map(() => newClientId());
  await setForAll(bytes());
  showSilence(false);
  panels.forEach((panel, index) => {
    const url = `demo/clock?client=${clients[index]}`;
    panel.connect({ url, client: clients[index], types: ["message"], options: panel === ours ? OURS : {} });
  });
}

const bytes = () => ({ lineEnd: LINE_ENDS[part("break-line-end").value], chunk: Number(part("break-chunk").value) });

function showSilence(silent) {
  isSilent = silent;
  root.querySelector('[data-fault="silence"]').setAttribute("aria-pressed", silent);
}

async function misbehave(name) {
  if (name === "silence") {
    showSilence(!isSilent);
    await setForAll({ silent: isSilent });
    status.textContent = SILENCE[isSilent ? 0 : 1];
    return;
  }
  const [faults, explanation] = FAULTS[name];
  showSilence(false);
  const counts = await setForAll({ silent: false, ...faults });
  status.textContent = counts.some((count) => count > 0)
    ? explanation
    : "No client is connected. Press “Connect again”.";
}

root.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  status.textContent = "Both clients begin anew.";
  connect();
});
for (const button of root.querySelectorAll("[data-fault]")) {
  button.addEventListener("click", () => misbehave(button.dataset.fault));
}
for (const name of ["break-line-end", "break-chunk"]) {
  part(name).addEventListener("change", async () => {
    await setForAll(bytes());
    status.textContent = "From the next event on, the same text comes in these bytes. The events stay the same.";
  });
}

await connect();
