// Runs what it is sent, as a browser's page does through WebDriver.
import { EventSource } from "../../../pkg/dist/index.js";
import "./sources.js";

const written = [];
Object.assign(globalThis, { Source: EventSource, note: (text) => written.push(text), notes: () => written });

process.on("message", (script) => {
  try {
    process.send({ value: (0, eval)(script) ?? null });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
