/**
 * Serves the tabs that connect to this SharedWorker: it has the connections of their sources. To be called at once, before anything is
 * awaited, in a script of your own:
 *
 * ```js
 * // events-worker.js
 * import { serve } from "wasm-eventsource/shared-worker";
 *
 * serve();
 * ```
 *
 * ```js
 * import { EventSource } from "wasm-eventsource/shared";
 *
 * const worker = new SharedWorker(new URL("events-worker.js", import.meta.url), { type: "module" });
 * const source = new EventSource("/events", { shared: { worker } });
 * ```
 *
 * The first tab of a group says how its connection is made. A tab that has crashed counts for 90 seconds, after which its connection is let
 * go of if no other tab wants it.
 */
export declare function serve(): void;
