// The playground: its tabs, each of which starts when it is shown first.

import { addCopyButtons } from "./code.js";
import { startServer } from "./server.js";
import { startTabs } from "./tablist.js";
import { hasChoice, isTestServer } from "../streams.js";

const TABS = {
  compare: () => import("../main.js"),
  inspect: () => import("./inspect/inspect.js"),
  break: () => import("./break.js"),
  chat: () => import("./chat.js"),
  ends: () => import("./scenarios/ends.js"),
  alive: () => import("./scenarios/alive.js"),
  tabs: () => import("./sharing.js"),
  flood: () => import("./flood.js"),
};
/** Those that need no service worker. */
const WITHOUT_WORKER = isTestServer ? ["inspect", "compare", "tabs"] : ["inspect"];

/** Only where there is a test server: the address of the page says so. */
function offerServers() {
  const select = document.querySelector("#server");
  document.querySelector("#server-choice").hidden = !hasChoice;
  document.querySelector("#about").hidden = hasChoice;
  select.value = isTestServer ? "test" : "worker";
  select.addEventListener("change", () => {
    const parameters = new URLSearchParams(location.search);
    parameters.set("server", select.value);
    location.search = parameters;
  });
}

const notice = document.querySelector("#notice");
const started = {};

function tell(text) {
  notice.textContent = text;
  notice.hidden = false;
}

addEventListener("error", ({ message }) => tell(`Something went wrong in this page: ${message}`));
addEventListener("unhandledrejection", ({ reason }) =>
  tell(`Something went wrong in this page: ${reason?.message ?? reason}`),
);

const worker = startServer().catch((error) => {
  tell(`${error.message} Only ${isTestServer ? "Inspect, Compare and Tabs work" : "Inspect works"} without it.`);
  document.documentElement.dataset.worker = "missing";
  return error;
});

async function start(name) {
  const failure = WITHOUT_WORKER.includes(name) ? undefined : await worker;
  if (failure !== undefined) return;
  await TABS[name]();
  document.querySelector(`#panel-${name}`).dataset.ready = "";
}

for (const name of WITHOUT_WORKER) document.querySelector(`#panel-${name}`).dataset.withoutWorker = "";
offerServers();
addCopyButtons();
startTabs(document.querySelector('[role="tablist"]'), (name) => (started[name] ??= start(name)));
