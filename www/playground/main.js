// The playground: its tabs, each of which starts when it is shown first.

import { addCopyButtons } from "./code.js";
import { startServer } from "./server.js";
import { startTabs } from "./tablist.js";

const TABS = {
  compare: () => import("../main.js"),
  inspect: () => import("./inspect/inspect.js"),
  break: () => import("./break.js"),
  chat: () => import("./chat.js"),
  tabs: () => import("./sharing.js"),
  flood: () => import("./flood.js"),
};
/** Those that need no server. */
const WITHOUT_SERVER = ["inspect"];

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

const server = startServer().catch((error) => {
  tell(`${error.message} Only Inspect works without it.`);
  document.documentElement.dataset.server = "missing";
  return error;
});

async function start(name) {
  const failure = WITHOUT_SERVER.includes(name) ? undefined : await server;
  if (failure !== undefined) return;
  await TABS[name]();
  document.querySelector(`#panel-${name}`).dataset.ready = "";
}

addCopyButtons();
startTabs(document.querySelector('[role="tablist"]'), (name) => (started[name] ??= start(name)));
