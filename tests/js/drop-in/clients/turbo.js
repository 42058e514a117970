import "@hotwired/turbo";
import { saw, tell, url } from "./outcome.js";

async function outcome() {
  document.body.innerHTML = `<ul id="list"></ul><p id="status">none</p>`;
  const element = document.createElement("turbo-stream-source");
  element.id = "source";
  element.setAttribute("src", url);
  document.body.append(element);
  const source = element.streamSource;
  const errors = [];
  source.addEventListener("message", saw);
  source.addEventListener("error", () => errors.push(source.readyState));
  // The stream's last action removes its own element.
  await new Promise((resolve) => {
    const observer = new MutationObserver(() => element.isConnected || resolve());
    observer.observe(document.body, { childList: true });
  });
  const html = (id) => document.getElementById(id).innerHTML.trim();
  return {
    list: html("list"),
    status: html("status"),
    errors,
    left: [source instanceof EventSource, source.readyState],
  };
}

document.addEventListener("DOMContentLoaded", () => tell(outcome()));
