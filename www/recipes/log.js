import { stream } from "wasm-eventsource";

/** How many lines may wait to be shown, and how many stay on the page. */
const AT_ONCE = 50;
const KEPT = 500;

const log = document.querySelector("#log");
const pause = document.querySelector("#pause");
const linesShown = document.querySelector("#lines-shown");
let waiting = [];
let count = 0;
let frame;
let unpaused = Promise.resolve();

async function tail() {
  for await (const { data } of stream("demo/log")) {
    waiting.push(data);
    frame ??= new Promise(requestAnimationFrame).then(draw);
    // While the loop waits here, nothing is read. Buffers fill up, and then the server has to wait, too.
    if (waiting.length >= AT_ONCE) await frame;
    await unpaused;
  }
}

/** Adds what waits to the page, and takes the oldest lines away. A reader who has scrolled up is left there. */
function draw() {
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 5;
  for (const line of waiting) log.append(`${line}\n`);
  count += waiting.length;
  waiting = [];
  while (log.childNodes.length > KEPT) log.firstChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
  linesShown.textContent = count.toLocaleString("en");
  frame = undefined;
}

let release;
pause.addEventListener("click", () => {
  const isPaused = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", isPaused);
  if (isPaused) unpaused = new Promise((resolve) => (release = resolve));
  else release();
});

tail().catch(({ message }) => log.append(message));
