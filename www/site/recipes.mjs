// Recipes: pages on which the code that they show runs. Text, code and markup are files of www/recipes/.
import { readFileSync } from "node:fs";
import { posix } from "node:path";

export const RECIPES = "www/recipes/";

/** What the server of a recipe can be asked for: the name of the client, as the server knows it, and buttons. */
const SERVERS = {
  chat: { client: "completions", faults: { cut: "Break the line off" } },
  notifications: { client: "notifications", faults: { end: "Cut the connection" } },
  job: { client: "job", faults: { end: "Cut the connection" } },
  dashboard: { client: "metrics", faults: { silence: "Silence", end: "Cut the connection" } },
  log: { client: "log", faults: {}, says: '<span>It has <span id="connections">no</span> open connection.</span>' },
};

/** A paragraph that is a link to a file of the recipe becomes the file, as code. */
export function withCode(text, root) {
  return text.replace(/^\[[^\]]+\]\((\w+\.(js|html))\)$/gm, (_, file, language) => {
    const code = readFileSync(posix.join(root, RECIPES, file), "utf8");
    return `\`\`\`${language}\n${code}\`\`\``;
  });
}

/** The same text with the recipe itself before its first heading of the second level. */
export function withRunningRecipe(text, output, root) {
  const name = posix.basename(output);
  return text.replace(/^## /m, `${liveOf(name, root)}\n\n## `);
}

function liveOf(name, root) {
  const markup = readFileSync(posix.join(root, RECIPES, `${name}.html`), "utf8");
  const { client, faults, says = "" } = SERVERS[name];
  const buttons = Object.entries(faults).map(([fault, label]) => {
    const pressed = fault === "silence" ? ' aria-pressed="false"' : "";
    return `<button type="button" data-fault="${fault}"${pressed}>${label}</button>`;
  });
  return [
    `<section id="live" aria-label="Try it" data-recipe="${name}" data-client="${client}" inert>`,
    '<noscript><p class="notice">The recipe needs JavaScript.</p></noscript>',
    '<p class="notice" role="alert" hidden></p>',
    markup.trim(),
    `<div class="server"><span>The server is a service worker of this page.</span>${says}${buttons.join("")}<span id="server-status" role="status"></span></div>`,
    "</section>",
  ].join("\n");
}
