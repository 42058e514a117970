// Each line that is expected to be an error is one: tsc complains where it would compile.
import { EventSource, stream } from "wasm-eventsource";
import { bearer } from "wasm-eventsource/bearer";
import { init } from "wasm-eventsource/external";
import { EventSource as Shared } from "wasm-eventsource/shared";
// @ts-expect-error: the polyfills export nothing
import { EventSource as Polyfilled } from "wasm-eventsource/polyfill";
// @ts-expect-error: what is inside the package is not for import
import "wasm-eventsource/src/index.js";

// @ts-expect-error: a URL is required
new EventSource();
// @ts-expect-error: a number is no URL
new EventSource(1);
// @ts-expect-error: not a member of the init
new EventSource("/events", { timeout: 1000 });
// @ts-expect-error: a boolean is wanted
new EventSource("/events", { withCredentials: "include" });

// @ts-expect-error: it is always no-store
new EventSource("/events", { cache: "reload" });
// @ts-expect-error: a stream cannot be checked at its end
new EventSource("/events", { integrity: "sha256-x" });
// @ts-expect-error: the wait is a number
new EventSource("/events", { retryIf: () => ({ delay: "1s" }) });
// @ts-expect-error: refresh is required
bearer({ token: "token" });
// @ts-expect-error: a refresh gives a token
bearer({ refresh: async () => undefined });

// @ts-expect-error: only the class of ./shared has it
new EventSource("/events", { shared: true });
// @ts-expect-error: no such option
new Shared("/events", { shared: { replays: 1 } });
// @ts-expect-error: read-only
new Shared("/events").shared = "leader";

const source = new EventSource("/events");
// @ts-expect-error: read-only
source.url = "/other";
// @ts-expect-error: read-only
source.readyState = 2;
// @ts-expect-error: read-only
source.withCredentials = true;
// @ts-expect-error: read-only
EventSource.OPEN = 1;
// @ts-expect-error: not a function
source.onmessage = "handler";
// @ts-expect-error: open carries no data
source.onopen = (event) => event.data;
// @ts-expect-error: neither does error
source.addEventListener("error", (event) => event.data);
// @ts-expect-error: read-only
source.lastEventId = "1";
// @ts-expect-error: a stream of bytes is wanted
EventSource.fromReadableStream(new ReadableStream<string>());
// @ts-expect-error: a policy is an object or a boolean
new EventSource("/events", { reconnect: 3000 });
// @ts-expect-error: nothing could be read of it
new EventSource("/events", { mode: "no-cors" });
// @ts-expect-error: it is not a list of statuses
new EventSource("/events", { reconnect: { statuses: 503 } });
// @ts-expect-error: a number of milliseconds is wanted
new EventSource("/events", { idleTimeout: "30s" });
// @ts-expect-error: it is kept or closed
new EventSource("/events", { whenHidden: "pause" });
// @ts-expect-error: it is kept or verified
new EventSource("/events", { whenBack: "check" });
// @ts-expect-error: a number of milliseconds is wanted
new EventSource("/events", { connectTimeout: "10s" });
// @ts-expect-error: a number of milliseconds is wanted
source.verify({ staleAfter: "15s" });
// @ts-expect-error: it does not come back
stream("/events", { whenBack: "verify" });
// @ts-expect-error: it is not for one that is made again
stream("/events", { whenHidden: "close" });
// @ts-expect-error: a function of the event
stream("/events", { until: "[DONE]" });
// @ts-expect-error: discard, deliver or error
stream("/events", { incomplete: "keep" });
// @ts-expect-error: a list of types
stream("/events", { errorEvents: { error: true } });
// @ts-expect-error: a source does not know its last event
new EventSource("/events", { until: () => true });
// @ts-expect-error: a request has no such member
stream("/events", { resume: () => ({ path: "/more" }) });
// @ts-expect-error: a number of milliseconds
new EventSource("/events", { reconnect: { retryIf: () => ({ delay: "1s" }) } });
// @ts-expect-error: no such reason
source.addEventListener("error", (event) => event.reason === "time-out");
const typed = new EventSource<{ ping: { time: string } }>("/events");
// @ts-expect-error: its time is a string
typed.addEventListener("ping", (event) => event.json().time.toFixed());
// @ts-expect-error: there is no such type
typed.subscribe((event) => event.type === "pong");
// @ts-expect-error: a callback is a function
typed.subscribe({ handleEvent() {} });
// @ts-expect-error: a callback is a function
new EventSource("/events", { onComment: true });
// @ts-expect-error: close takes no argument
source.close(1000);
// @ts-expect-error: no such reason
source.onerror = ({ reason }) => reason === "time-out";
// @ts-expect-error: an error has no data
source.onerror = (event) => event.json();
// @ts-expect-error: its payload is a number
new EventSource<{ message: number }>("/events").onmessage = (event) => event.json().toUpperCase();
// @ts-expect-error: what is given to init has a name
init("/wasm-eventsource.wasm");
// @ts-expect-error: a number is no module
init({ wasm: 1 });

export { Polyfilled };
