import ReconnectingEventSource from "reconnecting-eventsource";
import { saw, tell, url } from "./outcome.js";

const options = { withCredentials: true, max_retry_time: 50 };

const Global = EventSource;
if (new URLSearchParams(location.search).has("as-an-option")) {
  options.eventSourceClass = Global;
  globalThis.EventSource = class {
    constructor() {
      throw new Error("the global one was used");
    }
  };
}

const outcome = new Promise((resolve) => {
  const log = [];
  const source = new ReconnectingEventSource(url, options);
  source.onopen = () => log.push(["open", source.readyState]);
  source.onerror = () => log.push(["error", source.readyState]);
  const take = (event) => {
    saw(event);
    log.push([event.type, event.data, event.lastEventId]);
    if (event.type === "fin") {
      source.close();
      globalThis.EventSource = Global;
      resolve({ log, readyState: source.readyState });
    }
  };
  ["message", "named", "fin"].forEach((type) => source.addEventListener(type, take));
});

tell(outcome);
