// React's StrictMode, which runs each effect twice: a source is opened, closed and opened again.
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { EventSource } from "wasm-eventsource";

const url = new URLSearchParams(location.search).get("stream");
const states = [];

function Messages() {
  const [messages, setMessages] = useState([]);
  const [isEnded, setEnded] = useState(false);
  useEffect(() => {
    const source = new EventSource(url);
    source.onmessage = ({ data }) => setMessages((before) => [...before, data]);
    source.addEventListener("fin", () => setEnded(true));
    return () => {
      source.close();
      states.push(source.readyState);
    };
  }, []);
  useEffect(() => {
    if (isEnded) {
      window.outcome = { states, messages };
    }
  }, [isEnded]);
  return messages.join();
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Messages />
  </StrictMode>,
);
