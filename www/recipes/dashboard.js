import { EventSource } from "wasm-eventsource";

/** How many values a line has. */
const LENGTH = 60;
const HEIGHT = 30;

const state = document.querySelector("#state");
const roots = document.querySelectorAll("[data-figure]");
const figures = Array.from(roots, (root) => ({ root, values: [] }));
let frame = 0;

// The server sends four times a second. If nothing comes for three seconds,
// the connection is dead.
const source = new EventSource("demo/metrics", { idleTimeout: 3_000 });

for (const { root, values } of figures) {
  source.addEventListener(root.dataset.figure, ({ data }) => {
    values.push(Number(data));
    if (values.length > LENGTH) values.shift();
    // However many events come, the page is drawn once a frame.
    frame ||= requestAnimationFrame(draw);
  });
}

source.onerror = ({ message, reconnectsIn }) => {
  showState(reconnectsIn === undefined ? "closed" : "stale", message);
};

/** Figures that are no longer true must not look as if they were. */
function showState(name, why) {
  const text = why === undefined ? name : `${name}: ${why}`;
  // A screen reader says what is set here, also if it is the same.
  if (state.textContent !== text) state.textContent = text;
  for (const { root } of figures) {
    root.classList.toggle("stale", name !== "live");
  }
}

function draw() {
  frame = 0;
  showState("live");
  for (const { root, values } of figures) {
    if (values.length === 0) continue;
    const most = Math.max(...values, 1);
    const y = (value) => 1 + (HEIGHT - 2) * (1 - value / most);
    const points = values.map((value, x) => `${x},${y(value)}`);
    root.querySelector("polyline").setAttribute("points", points.join(" "));
    root.querySelector("strong").textContent = values.at(-1);
  }
}
