import { EventSource, StreamError, stream } from "wasm-eventsource";
import { inProgram } from "./program.mjs";

await inProgram({ EventSource, StreamError, stream });
