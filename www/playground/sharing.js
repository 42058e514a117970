// Tabs: frames, each a page with a source, which share one connection.

import { openConnections, requestsOf } from "../streams.js";
import { requestRow } from "../table.js";

const root = document.querySelector("#panel-tabs");
const part = (name) => root.querySelector(`[data-testid="${name}"]`);
const FRAMES = 3;
/** A tab that says nothing for so long, in milliseconds, is gone. */
const SILENT = 3_000;

const channel = new BroadcastChannel("playground");
const tabs = new Map();
let lastName = 0;

channel.addEventListener("message", ({ data }) => {
  if (data.role !== undefined) tabs.set(data.name, { ...data, heard: performance.now() });
});

function addFrame() {
  lastName += 1;
  const frame = document.createElement("iframe");
  frame.name = lastName;
  frame.title = `Tab ${lastName}`;
  frame.src = `tab.html?name=${lastName}`;
  part("frames").append(frame);
}

function closeLeader() {
  const now = performance.now();
  const leader = [...tabs.values()].find(({ role, heard }) => role === "leader" && now - heard < SILENT);
  if (leader === undefined) {
    part("tabs-status").textContent = "No tab leads at the moment.";
    return;
  }
  tabs.delete(leader.name);
  const frame = [...part("frames").children].find(({ name }) => name === leader.name);
  if (frame === undefined) channel.postMessage({ close: leader.name });
  else frame.remove();
  part("tabs-status").textContent = `Tab ${leader.name} was the leader, and is closed.`;
}

async function showServer() {
  const [open, requests] = await Promise.all([openConnections("all-tabs"), requestsOf("all-tabs")]);
  part("connections").textContent = `${open} ${open === 1 ? "connection" : "connections"}`;
  part("connections").dataset.open = open;
  part("shared-requests").replaceChildren(...requests.reverse().map(requestRow));
}

part("add-frame").addEventListener("click", addFrame);
part("close-leader").addEventListener("click", closeLeader);

for (let count = 0; count < FRAMES; count += 1) addFrame();
await showServer();
setInterval(showServer, 1000);
