// The table of what apps are told, of the notes that they took.
import { SCENES } from "./behaviours.mjs";
import { CLIENTS } from "./clients.mjs";
import { table } from "./text.mjs";

export function sceneTable(engines, titles) {
  const rows = SCENES.map(({ name, title }) => {
    return [title, ...CLIENTS.map((client) => {
      const cells = engines.map((engine) => ({ title: titles[engine.name], text: cell(engine.behaviours, name, client.name) }));
      const same = cells.every(({ text }) => text === cells[0].text);
      return same ? cells[0].text : cells.map((one) => `${one.title}: ${one.text}`).join("<br>");
    })];
  });
  return table(["", ...CLIENTS.map(({ title }) => title)], rows);
}

function cell(behaviours, scene, client) {
  const { notes, requests } = behaviours.find((one) => one.scene === scene && one.client === client);
  const told = notes.map(inWords).join(", ");
  return `${told || "nothing"}; ${inRequests(requests)}${left(requests)}`;
}

function inWords(note) {
  const [, kind, text] = /^(\w+) (.*)$/.exec(note);
  const words = {
    event: () => `\`${text.replace(/^message: /, "")}\``,
    error: () => `“${text.replace(/(lost or not made: )[^;]*/, "$1…")}”`,
    state: () => text.toUpperCase(),
    ended: () => "end",
  };
  return words[kind]();
}

function inRequests(requests) {
  const ids = requests.map(({ lastEventId }) => lastEventId).filter((id) => id !== undefined);
  const number = requests.length === 1 ? "one request" : `${requests.length} requests`;
  return ids.length === 0 ? number : `${number}, the last with ID ${ids.at(-1)}`;
}

/** Whether somebody is still connected, or has closed the connection. */
function left(requests) {
  return requests.at(-1).endedBy === "client" ? ", closed by the client" : "";
}
