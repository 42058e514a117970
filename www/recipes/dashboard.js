import { EventSource } from "wasm-eventsource";

/** How many values a line has. */
const LENGTH = 60;
const HEIGHT = 30;

const state = document.querySelector("#state");
const figures = Array.from(document.querySelectorAll("[data-figure]"), (root) => ({ root, values: [] }));
let frame = 0;

// The server sends four times a second. If it is silent for three seconds, the connection is dead, whatever the browser thinks.
const source = new EventSource("demo/metrics", { idleTimeout: 3_000 });

for (const { root, values } of figures) {
  source.addEventListener(root.dataset.figure, ({ data }) => {
    values.push(Number(data));
    if (values.length > LENGTH) values.shift();
    // However many events come, the page is drawn once a frame, and not at all while it is hidden.
    frame ||= requestAnimationFrame(draw);
  });
}

source.onopen = () => showState("live");
source.onerror = ({ message, reconnectsIn }) => {
  showState(reconnectsIn === undefined ? "closed" : "stale", message);
};

/** Figures that are no longer true must not look as if they were. */
function showState(name, why = "") {
  state.textContent = why === "" ? name : `${name}: ${why}`;
  for (const { root } of figures) root.classList.toggle("stale", name !== "live");
}

function draw() {
  frame = 0;
  for (const { root, values } of figures) {
    if (values.length === 0) continue;
    const most = Math.max(...values, 1);
    const points = values.map((value, index) => `${index},${HEIGHT - (value / most) * (HEIGHT - 2)}`);
    root.querySelector("polyline").setAttribute("points", points.join(" "));
    root.querySelector("strong").textContent = values.at(-1);
  }
}
