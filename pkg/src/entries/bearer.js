// `wasm-eventsource/bearer`: for sources and streams of any entry. It has no engine.
export { bearer } from "../driver/bearer.js";
