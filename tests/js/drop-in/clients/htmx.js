import { called, saw, tell, url } from "./outcome.js";

const closed = called();
const fetched = called();
const states = [];
const events = [];

document.addEventListener("htmx:sseOpen", ({ detail }) => states.push(["open", detail.source.readyState]));
document.addEventListener("htmx:sseError", ({ detail }) => states.push(["error", detail.source.readyState]));
document.addEventListener("htmx:sseBeforeMessage", ({ detail }) => {
  saw(detail);
  events.push([detail.type, detail.data, detail.lastEventId]);
});
document.addEventListener("htmx:sseClose", ({ detail }) => closed.call(detail));
document.addEventListener("htmx:afterSwap", ({ target }) => target.id === "fetched" && fetched.call());

async function outcome() {
  const [{ source, type }] = await Promise.all([closed.promise, fetched.promise]);
  // Not the HTML: htmx takes the class "htmx-added" away only a moment later.
  const texts = (id) => Array.from(document.querySelectorAll(`#${id} > *`), (child) => child.textContent);
  return {
    states,
    events,
    messages: texts("messages"),
    headlines: texts("headlines"),
    fetched: texts("fetched"),
    closedBy: type,
    // htmx closes it after it has said so.
    left: [source instanceof EventSource, source.readyState, source.withCredentials, source.url.endsWith(url)],
  };
}

tell(outcome());
