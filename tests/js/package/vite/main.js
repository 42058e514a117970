import { EventSource } from "wasm-eventsource";
import { EventSource as External } from "wasm-eventsource/external";
import { receive } from "../receive.js";

window.outcome = { messages: await receive(EventSource), external: await receive(External) };
