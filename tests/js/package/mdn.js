// The client code of MDN's guide "Using server-sent events", as it stands there (MDN's code samples are in the public
// domain, CC0), after one line that is ours. Only the two lines at the end are not from the guide.
// https://developer.mozilla.org/en-US/docs/Web/API/Server-sent_events/Using_server-sent_events
import "wasm-eventsource/polyfill/force";

const evtSource = new EventSource("sse-demo.php");

evtSource.onmessage = (event) => {
  const newElement = document.createElement("li");
  const eventList = document.getElementById("list");

  newElement.textContent = `message: ${event.data}`;
  eventList.appendChild(newElement);
};

evtSource.addEventListener("ping", (event) => {
  const newElement = document.createElement("li");
  const eventList = document.getElementById("list");
  const time = JSON.parse(event.data).time;
  newElement.textContent = `ping at ${time}`;
  eventList.appendChild(newElement);
});

evtSource.onerror = (err) => {
  console.error("EventSource failed:", err);
};

const close = () => {
  evtSource.close();
};

document.getElementById("close").onclick = close;
window.evtSource = evtSource;
