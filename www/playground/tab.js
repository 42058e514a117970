// One tab of many: a source that shares its connection, and what it is at the moment.

import { EventSource } from "wasm-eventsource/shared";
import { server } from "../streams.js";

/** How long a frozen tab is busy, in milliseconds. */
const FROZEN = 15_000;

const part = (id) => document.querySelector(`[data-testid="${id}"]`);
const parameters = new URLSearchParams(location.search);
const name = parameters.get("name") ?? String(Math.floor(Math.random() * 9000) + 1000);
/** For what the pages of the playground tell each other. The source has a channel of its own. */
const channel = new BroadcastChannel("playground");

const shared = parameters.get("share") !== "no";
const source = new EventSource(server.urlOf("clock", { client: shared ? "all-tabs" : "tabs-apart" }), { shared });
let count = 0;
let missed = 0;
let last = null;

source.onmessage = ({ lastEventId }) => {
  const id = Number(lastEventId);
  if (last !== null) missed += Math.abs(id - last - 1);
  last = id;
  count += 1;
  show();
};
source.onopen = show;
source.onerror = show;

function show() {
  const role = source.readyState === source.CLOSED ? "closed" : (source.shared ?? "alone");
  part("role").textContent = role;
  part("role").dataset.role = role;
  part("events").textContent = count;
  part("last-event-id").textContent = last ?? "";
  part("missed").textContent = missed;
  channel.postMessage({ name, role, count });
}

channel.addEventListener("message", ({ data }) => {
  if (data.close === name) {
    source.close();
    show();
    // If a script has opened this tab, it goes.
    close();
  } else if (data.freeze === name) {
    const end = performance.now() + FROZEN;
    while (performance.now() < end);
  }
});

part("name").textContent = name;
document.title = `Tab ${name}`;
show();
// A member becomes the leader without an event.
setInterval(show, 500);
