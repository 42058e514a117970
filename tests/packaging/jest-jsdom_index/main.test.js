const { EventSource, StreamError, stream } = require("wasm-eventsource");
const { inProgram } = require("./program.cjs");

test("the exercise", () => inProgram({ EventSource, StreamError, stream }));
