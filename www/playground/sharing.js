// Tabs: frames, each a page with a source, which share one connection.

import { isTestServer, server } from "../streams.js";
import { requestRow } from "../table.js";

const root = document.querySelector("#panel-tabs");
const part = (name) => root.querySelector(`[data-testid="${name}"]`);
const FRAMES = 3;
/** A tab that says nothing for so long, in milliseconds, is gone. */
const SILENT = 3_000;

/** What the tabs are told in their address. */
const choices = new URLSearchParams(isTestServer ? { server: "test" } : {});
const channel = new BroadcastChannel("playground");
const tabs = new Map();
let lastName = 0;

channel.addEventListener("message", ({ data }) => {
  if (data.role !== undefined) tabs.set(data.name, { ...data, heard: performance.now() });
});

const isShared = () => part("share").checked;

/** The server counts connections of this name. */
const client = () => (isShared() ? "all-tabs" : "tabs-apart");

function addFrame() {
  lastName += 1;
  const frame = document.createElement("iframe");
  frame.name = lastName;
  frame.title = `Tab ${lastName}`;
  frame.src = `tab.html?${new URLSearchParams([...choices, ["name", lastName]])}`;
  part("frames").append(frame);
}

/** The frames anew, with the connection shared or not. */
function restart() {
  choices.set("share", isShared() ? "yes" : "no");
  part("open-tab").href = `tab.html?${choices}`;
  const frames = part("frames").childElementCount;
  part("frames").replaceChildren();
  tabs.clear();
  for (let count = 0; count < frames; count += 1) addFrame();
}

/** The tab that leads, with its frame if it has one; says so if there is none. */
function findLeader() {
  const now = performance.now();
  const leader = [...tabs.values()].find(({ role, heard }) => role === "leader" && now - heard < SILENT);
  if (leader === undefined) part("tabs-status").textContent = "No tab leads at the moment.";
  return leader && { ...leader, frame: [...part("frames").children].find(({ name }) => name === leader.name) };
}

function closeLeader() {
  const leader = findLeader();
  if (leader === undefined) return;
  tabs.delete(leader.name);
  if (leader.frame === undefined) channel.postMessage({ close: leader.name });
  else leader.frame.remove();
  part("tabs-status").textContent = `Tab ${leader.name} was the leader, and is closed.`;
}

function freezeLeader() {
  const leader = findLeader();
  if (leader === undefined) return;
  if (leader.frame !== undefined) {
    part("tabs-status").textContent = "A frame would take this page with it. Open a tab, and close leaders until that tab leads.";
    return;
  }
  channel.postMessage({ freeze: leader.name });
  part("tabs-status").textContent = `Tab ${leader.name} is the leader, and does nothing for 15 seconds.`;
}

async function showServer() {
  const [open, requests] = await Promise.all([server.openConnections(client()), server.requestsOf(client())]);
  part("connections").textContent = `${open} ${open === 1 ? "connection" : "connections"}`;
  part("connections").dataset.open = open;
  part("shared-requests").replaceChildren(...requests.reverse().map(requestRow));
}

part("add-frame").addEventListener("click", addFrame);
part("close-leader").addEventListener("click", closeLeader);
part("freeze-leader").addEventListener("click", freezeLeader);
part("share").addEventListener("change", restart);

for (let count = 0; count < FRAMES; count += 1) addFrame();
part("open-tab").href = `tab.html?${choices}`;
await showServer();
setInterval(showServer, 1000);
