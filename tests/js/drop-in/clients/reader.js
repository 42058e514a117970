// For servers: one source that reads to the end, or `count` of them at the same time.
import { read } from "../read.js";
import { tell, url } from "./outcome.js";

const parameters = new URLSearchParams(location.search);
const count = Number(parameters.get("count") ?? 1);
/** The test server's script may wait for it. */
const signal = () => fetch(`${url}/signal/seen`, { method: "POST" });
const seen = parameters.has("signals") ? signal : undefined;

const outcome = Promise.all(Array.from({ length: count }, () => read(EventSource, url, seen))).then((all) => ({
  all,
  protocols: performance.getEntriesByName(new URL(url, location).href).map(({ nextHopProtocol }) => nextHopProtocol),
}));

tell(outcome);
