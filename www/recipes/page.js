// What each recipe's page has around the recipe: its server, and buttons that have that server misbehave.

import { setFaults, startServer } from "../playground/server.js";

const live = document.querySelector("#live");
const notice = live.querySelector(".notice");
const { recipe, client } = live.dataset;

/** What the buttons of the server ask of it. */
const FAULTS = {
  end: () => ({ now: "end" }),
  cut: () => ({ now: "cut" }),
  silence: (button) => ({ silent: button.getAttribute("aria-pressed") === "true" }),
};

function tell(text) {
  notice.textContent = text;
  notice.hidden = false;
}

async function misbehave(button) {
  const { fault } = button.dataset;
  if (fault === "silence") button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
  const count = await setFaults(client, FAULTS[fault](button));
  live.querySelector("#server-status").textContent = count === 0 ? "There is no open connection." : "Done.";
}

/** Whether the recipe has a connection at the moment. */
async function showConnections(output) {
  const { open } = await (await fetch(`demo/connections?client=${client}`, { cache: "no-store" })).json();
  output.textContent = open === 0 ? "no" : "an";
  setTimeout(showConnections, 500, output);
}

addEventListener("error", ({ message }) => tell(`Something went wrong in this page: ${message}`));
addEventListener("unhandledrejection", ({ reason }) => tell(`Something went wrong in this page: ${reason?.message ?? reason}`));

try {
  await startServer();
  // A button of an earlier visit may have left it silent.
  await setFaults(client, { silent: false });
  for (const button of live.querySelectorAll("[data-fault]")) button.addEventListener("click", () => misbehave(button));
  await import(`./${recipe}.js`);
  live.inert = false;
  live.dataset.ready = "";
  const connections = live.querySelector("#connections");
  if (connections !== null) showConnections(connections);
} catch (error) {
  tell(error.message);
}
