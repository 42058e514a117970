import { EventSource, StreamError, stream } from "wasm-eventsource/external";
import { inProgram } from "./program.mjs";

await inProgram({ EventSource, StreamError, stream });
