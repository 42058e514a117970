/**
 * Serves the tabs that connect to this SharedWorker: it holds the connections for their sources.
 *
 * Call it at once in a script of your own, before anything is awaited:
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
 * The options of the first tab of a group are used to connect. A tab that has crashed counts for 90 seconds; then its connection is closed,
 * if no other tab needs it.
 */
export declare function serve(): void;
