const { EventSource, StreamError, stream } = require("wasm-eventsource");

import("./program.mjs").then(({ inProgram }) => inProgram({ EventSource, StreamError, stream }));
