// A page to be opened in many tabs: each says what it is, and they share one connection.

import { openConnections, requestsOf } from "./streams.js";
import { Log, requestRow } from "./table.js";

const STATES = ["CONNECTING", "OPEN", "CLOSED"];
/** How long the leader is busy, in milliseconds. */
const FREEZE = 15_000;
/** A tab that says nothing for so long, in milliseconds, is shown to be silent, and then forgotten. */
const SILENT = 3_000;
const FORGOTTEN = 60_000;

const parameters = new URLSearchParams(location.search);
const isShared = parameters.get("share") !== "no";
const interval = /^[0-9]+$/.test(parameters.get("interval") ?? "") ? parameters.get("interval") : "1000";
/** The server counts connections of this name. All tabs have the same. */
const client = parameters.get("client") ?? `tabs-${isShared ? "shared" : "apart"}`;

const part = (id) => document.querySelector(`[data-testid="${id}"]`);
const log = new Log(part("log"));
/** For what the page itself tells other tabs. The source has a channel of its own. */
const channel = new BroadcastChannel(`demo of ${client}`);
const number = Math.floor(Math.random() * 9000) + 1000;
const tabs = new Map();
const events = { count: 0, lastEventId: "", missed: 0 };
let source = null;

async function connect() {
  part("number").textContent = number;
  part("share").checked = isShared;
  part("open-tab").href = location.href;
  try {
    const { EventSource } = await import("wasm-eventsource/shared");
    source = new EventSource(`/demo/clock?client=${client}&interval=${interval}`, { shared: isShared });
  } catch (error) {
    part("notice").textContent = `The package could not be loaded (${error.message}). Has it been built?`;
    part("notice").hidden = false;
    return;
  }
  source.onopen = () => log.add("state", "open", "connected");
  source.onerror = ({ message, reason }) => log.add("state", "error", message ?? reason);
  source.onmessage = ({ data, lastEventId }) => {
    const before = Number(events.lastEventId);
    events.missed += events.lastEventId === "" ? 0 : Math.abs(Number(lastEventId) - before - 1);
    events.count += 1;
    events.lastEventId = lastEventId;
    log.add("event", "message", data, lastEventId);
  };
  tell();
}

/** What this tab is, in a word. */
function role() {
  if (source === null || source.readyState === source.CLOSED) return "closed";
  return source.shared ?? "alone";
}

function tell() {
  const own = { tab: number, role: role(), count: events.count, lastEventId: events.lastEventId };
  note(own);
  channel.postMessage(own);
  show();
}

function note(tab) {
  tabs.set(tab.tab, { ...tab, heard: performance.now() });
}

/** Done by whichever tab leads. */
const ORDERS = {
  close() {
    source.close();
    log.add("action", "close", "this tab was the leader, and has closed its source");
    tell();
    // If a script has opened this tab, it goes.
    close();
  },
  freeze() {
    log.add("action", "freeze", `this tab was the leader, and does nothing for ${FREEZE / 1000} s`);
    show();
    // After the next frame, which shows it.
    setTimeout(() => {
      const end = performance.now() + FREEZE;
      while (performance.now() < end);
    }, 100);
  },
};

channel.onmessage = ({ data }) => {
  if (data.order !== undefined) obey(data.order);
  else note(data);
};

function obey(order) {
  if (role() === "leader") ORDERS[order]?.();
}

function send(order) {
  const leader = [...tabs.values()].find((tab) => tab.role === "leader");
  part("status").textContent = leader === undefined ? "No tab leads." : `Tab ${leader.tab} was told to ${order}.`;
  channel.postMessage({ order });
  obey(order);
}

function show() {
  const own = role();
  part("role").textContent = own;
  part("role").dataset.role = own;
  document.title = `${own}, ${events.count} events`;
  part("state").textContent = source === null ? "none" : STATES[source.readyState];
  part("events").textContent = events.count;
  part("last-event-id").textContent = events.lastEventId;
  part("missed").textContent = events.missed;
  log.show();
  showTabs();
}

function showTabs() {
  const now = performance.now();
  for (const [tab, { heard }] of tabs) {
    if (now - heard > FORGOTTEN) tabs.delete(tab);
  }
  const rows = [...tabs.values()].sort((one, other) => one.tab - other.tab).map((tab) => {
    const silence = now - tab.heard;
    const row = document.createElement("tr");
    Object.assign(row.dataset, { role: tab.role, own: tab.tab === number, silent: silence > SILENT });
    const heard = silence > SILENT ? `${Math.round(silence / 1000)} s ago` : "now";
    for (const text of [tab.tab, tab.role, tab.count, tab.lastEventId, heard]) {
      row.insertCell().textContent = text;
    }
    return row;
  });
  part("tabs").replaceChildren(...rows);
}

async function askServer() {
  try {
    const [open, requests] = await Promise.all([openConnections(client), requestsOf(client)]);
    part("connections").textContent = `${open} ${open === 1 ? "connection" : "connections"}`;
    part("connections").dataset.open = open;
    part("requests").replaceChildren(...requests.reverse().map(requestRow));
  } catch (error) {
    part("status").textContent = `The server does not answer: ${error.message}.`;
  }
  setTimeout(askServer, 1000);
}

part("close-leader").addEventListener("click", () => send("close"));
part("freeze-leader").addEventListener("click", () => send("freeze"));
part("share").addEventListener("change", ({ target }) => {
  parameters.set("share", target.checked ? "yes" : "no");
  location.search = parameters;
});

await connect();
setInterval(tell, 500);
askServer();
