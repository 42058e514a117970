// `wasm-eventsource/shared-worker`: for the script of an application's SharedWorker.
export { serve } from "../sharing/worker.js";
