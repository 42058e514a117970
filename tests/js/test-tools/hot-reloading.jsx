import { useEffect, useState } from "react";
import { EventSource } from "wasm-eventsource";

const VERSION = 1;
const url = new URLSearchParams(location.search).get("stream");

export function Messages() {
  const [messages, setMessages] = useState([]);
  useEffect(() => {
    const source = new EventSource(url);
    source.onmessage = ({ data }) => setMessages((before) => [...before, `${data} in version ${VERSION}`]);
    return () => source.close();
  }, []);
  window.messages = messages;
  return messages.join();
}
