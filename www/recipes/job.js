import { EventSource } from "wasm-eventsource";

const form = document.querySelector("#job");
const progress = document.querySelector("#progress");
const steps = document.querySelector("#steps");
const state = document.querySelector("#state");

/** Follows a job until it is done. Steps that were missed come first. */
function follow({ id, lastEventId }) {
  form.elements.start.disabled = true;
  const source = new EventSource(`demo/job?id=${id}`, { lastEventId });
  source.addEventListener("step", (event) => {
    const { step, of, what } = event.json();
    progress.max = of;
    progress.value = step;
    const item = document.createElement("li");
    item.value = step;
    item.textContent = what;
    steps.prepend(item);
    // From here on, a page that is loaded anew knows where to go on.
    const place = { id, lastEventId: event.lastEventId };
    sessionStorage.setItem("job", JSON.stringify(place));
  });
  source.addEventListener("done", () => {
    source.close();
    sessionStorage.removeItem("job");
    finish("The job is done.");
  });
  source.onopen = () => {
    state.textContent = "The job runs. Reload the page if you like.";
  };
  source.onerror = ({ message, reconnectsIn }) => {
    if (reconnectsIn === undefined) finish(message);
    else state.textContent = "The connection is lost. The job goes on.";
  };
}

function finish(text) {
  state.textContent = text;
  form.elements.start.disabled = false;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  form.elements.start.disabled = true;
  steps.replaceChildren();
  const response = await fetch("demo/jobs", { method: "POST" });
  const { id } = await response.json();
  follow({ id, lastEventId: "" });
});

const saved = sessionStorage.getItem("job");
if (saved !== null) follow(JSON.parse(saved));
