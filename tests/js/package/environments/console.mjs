// Consoles and error reporters that fail. Prints the errors that sources fired, and what was left uncaught, as JSON.
const uncaught = [];
process.on("uncaughtException", (error) => uncaught.push(`${error}`));
globalThis.reportError = () => {
  throw new Error("thrown by reportError");
};
const { EventSource } = await import("wasm-eventsource");
const { next, open } = await import("./source.mjs");
const { console } = globalThis;

async function errorsOf(init, text) {
  const { source, body, send } = open(EventSource, { reconnect: false, ...init });
  const errors = [];
  const opened = next(source, "open");
  const message = next(source, "message");
  source.onerror = ({ reason }) => errors.push([reason, source.readyState]);
  source.subscribe(() => {
    throw new Error("thrown by a subscriber");
  });
  await opened;
  await send(text);
  await message;
  (await body(0)).error(new TypeError("broken"));
  await next(source, "error");
  await new Promise((resolve) => setTimeout(resolve, 20));
  return errors;
}

const consoles = {
  throws: { ...console, error: () => { throw new Error("thrown by the console"); } },
  hasNoError: {},
  isMissing: undefined,
};
const outcome = {};
for (const [name, replaced] of Object.entries(consoles)) {
  globalThis.console = replaced;
  const onComment = () => {
    throw new Error("thrown by onComment");
  };
  outcome[name] = await errorsOf({ onComment }, ": a\n\ndata: a\n\n");
}
globalThis.console = console;
console.log(JSON.stringify({ outcome, uncaught }));
