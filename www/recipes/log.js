import { EventSource } from "wasm-eventsource";

/** How many lines may wait to be drawn. */
const AT_ONCE = 50;
/** How many stay on the page. */
const KEPT = 500;

const log = document.querySelector("#log");
const pause = document.querySelector("#pause");
const linesShown = document.querySelector("#lines-shown");
let source;
let lastEventId = "";
let waiting = [];
let frame;
let count = 0;

/** Goes on behind the last line that was read, until the source is closed. */
async function follow() {
  source = new EventSource("demo/log", { lastEventId });
  for await (const event of source) {
    waiting.push(event.data);
    lastEventId = event.lastEventId;
    frame ??= new Promise(requestAnimationFrame).then(draw);
    // While the loop waits, nothing is read from the connection.
    if (waiting.length >= AT_ONCE) await frame;
  }
}

/** Adds what waits. A reader who has scrolled up stays there. */
function draw() {
  frame = undefined;
  const below = log.scrollHeight - log.scrollTop - log.clientHeight;
  log.append(...waiting.map((line) => `${line}\n`));
  count += waiting.length;
  waiting = [];
  while (log.childNodes.length > KEPT) log.firstChild.remove();
  if (below < 5) log.scrollTop = log.scrollHeight;
  linesShown.textContent = count.toLocaleString("en");
}

pause.addEventListener("click", () => {
  const isPaused = pause.getAttribute("aria-pressed") === "true";
  pause.setAttribute("aria-pressed", !isPaused);
  if (isPaused) follow();
  else source.close();
});

follow();
