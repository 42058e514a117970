const { EventSource, StreamError, stream } = require("wasm-eventsource");
const { inProgram } = require("./program.cjs");

// Without queueMicrotask and nextTick: where those stand still, no `fetch` of Node's is answered, whoever sends it.
jest.useFakeTimers({ doNotFake: ["queueMicrotask", "nextTick"] });

test("the exercise while Jest's clock stands still", () => inProgram({ EventSource, StreamError, stream }));
