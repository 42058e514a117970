import { EventSource, StreamError, stream } from "wasm-eventsource";

void import("./program.mjs").then(({ inProgram }) => inProgram({ EventSource, StreamError, stream }));
