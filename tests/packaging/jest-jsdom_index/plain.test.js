/** @jest-environment jsdom */

// jsdom by itself has neither fetch nor what is needed to read a stream.
test("the import works, and the constructor names what is missing", () => {
  const { EventSource } = require("wasm-eventsource");
  expect(() => new EventSource("/events")).toThrow(/there is no TextDecoder/);
});
