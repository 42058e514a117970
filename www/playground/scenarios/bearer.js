import { EventSource } from "wasm-eventsource";
import { bearer } from "wasm-eventsource/bearer";

export function run({ url, refreshUrl, signal, show }) {
  const refresh = async () => {
    const response = await fetch(refreshUrl, { method: "POST" });
    const { token } = await response.json();
    show("refresh", token);
    return token;
  };
  const auth = bearer({ token: "token-1", refresh });
  for (let number = 1; number <= 6; number += 1) {
    const name = `source ${number}`;
    const source = new EventSource(url, { ...auth, signal });
    source.onopen = () => show("open", name);
    source.onmessage = ({ data }) => show("message", `${name}: ${data}`);
    source.onerror = ({ status, reason }) => {
      show("error", `${name}: ${status ?? reason}`);
    };
  }
}
