import { EventSource } from "wasm-eventsource/shared";

const form = document.querySelector("#send");
const { text, read } = form.elements;
const list = document.querySelector("#notifications");
const title = document.title;

// All tabs use one connection. A new tab gets the latest ten notifications
// from the tab that holds it.
const source = new EventSource("demo/notifications", {
  shared: { replay: 10 },
});

source.addEventListener("notification", (event) => {
  const item = document.createElement("li");
  item.dataset.id = event.lastEventId;
  item.textContent = event.json().text;
  list.prepend(item);
  show();
});

/** What is read in one tab is read in all: they share `localStorage`. */
function show() {
  const readUpTo = Number(localStorage.getItem("read up to"));
  let unread = 0;
  for (const item of list.children) {
    const isUnread = Number(item.dataset.id) > readUpTo;
    item.classList.toggle("unread", isUnread);
    unread += isUnread;
  }
  document.querySelector("#unread").textContent = unread;
  document.title = unread === 0 ? title : `(${unread}) ${title}`;
}

read.addEventListener("click", () => {
  localStorage.setItem("read up to", list.firstChild?.dataset.id ?? "");
  show();
});
// Fired when another tab has changed it.
addEventListener("storage", show);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = JSON.stringify({ text: text.value });
  await fetch("demo/notifications", { method: "POST", body });
});

// The role changes without an event.
const role = document.querySelector("#role");
setInterval(() => (role.textContent = source.shared), 500);
