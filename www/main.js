// The controls of the page, and the two panels they drive.

import { Panel } from "./panel.js";
import { isDemo, isTestServer, newClientId, readPageParameters, server } from "./streams.js";

const control = (name) => document.querySelector(`#controls [data-testid="${name}"]`);
const stream = control("stream");
const url = control("url");
const urlError = control("url-error");
const status = control("status");

const parameters = readPageParameters(location.search);
let customUrl = parameters.customUrl;

const template = document.querySelector("#panel");
const onChange = () => {
  control("cut").disabled = !panels.some((panel) => panel.canCut);
};
const native = new Panel(template, {
  name: "native",
  title: "Native",
  origin: "the browser’s own EventSource",
  server,
  onChange,
});
const wasm = new Panel(template, {
  name: "wasm",
  title: "WebAssembly",
  origin: "EventSource from wasm-eventsource",
  server,
  onChange,
});
const panels = [native, wasm];
document.querySelector("#panels").append(native.root, wasm.root);

function findNative() {
  native.EventSource = globalThis.EventSource ?? null;
  if (native.EventSource === null) native.notice("This browser has no EventSource of its own.");
}

/** `import { EventSource } from "wasm-eventsource"`, but so that the page can say why that failed. */
async function importWasm() {
  try {
    const { EventSource } = await import("wasm-eventsource");
    wasm.EventSource = EventSource;
    wasm.notice(whyWasmIsBlocked());
  } catch (error) {
    wasm.notice(`The package could not be loaded (${error.message}). Has it been built?`);
  }
}

function whyWasmIsBlocked() {
  if (typeof WebAssembly === "undefined") return "This browser has no WebAssembly, or has it switched off.";
  try {
    new WebAssembly.Module(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
    return "";
  } catch {
    return "This page may not run WebAssembly: its Content-Security-Policy needs 'wasm-unsafe-eval' in script-src.";
  }
}

function showStream() {
  url.value = isDemo(stream.value) ? server.urlOf(stream.value, parameters) : customUrl;
  showUrlError("");
}

function showUrlError(text) {
  urlError.textContent = text;
  if (text === "") url.removeAttribute("aria-invalid");
  else url.setAttribute("aria-invalid", "true");
}

async function connect() {
  await ready;
  showUrlError("");
  status.textContent = "";
  if (url.value.trim() === "") {
    showUrlError("Enter the address of an event stream.");
    url.focus();
    return;
  }
  const types = control("types").value.split(",").map((type) => type.trim()).filter((type) => type !== "");
  const withCredentials = control("with-credentials").checked;
  const refusedBy = [];
  for (const panel of panels.filter((panel) => panel.EventSource !== null)) {
    const client = isDemo(stream.value) ? newClientId() : null;
    const address = client ? server.urlOf(stream.value, { ...parameters, client }) : url.value;
    try {
      panel.connect({ url: address, client, types, options: { withCredentials } });
    } catch (error) {
      if (error.name === "SyntaxError") refusedBy.push(panel.title);
      else panel.notice(`The constructor threw ${error.name}: ${error.message}`);
    }
  }
  if (refusedBy.length > 0) {
    const who = refusedBy.length === panels.length ? "both clients" : refusedBy.join();
    showUrlError(`This is not a valid URL, so nothing was requested; check host and port. SyntaxError from ${who}.`);
    url.focus();
  }
}

async function cut() {
  try {
    const counts = await Promise.all(panels.map((panel) => panel.cut()));
    const total = counts.reduce((sum, count) => sum + count, 0);
    status.textContent =
      total === 0
        ? "There was no open connection to cut."
        : `The server cut ${total} ${total === 1 ? "connection" : "connections"}. Each client reconnects by itself.`;
  } catch (error) {
    status.textContent = `Could not cut: ${error.message}.`;
  }
}

document.querySelector("#controls").addEventListener("submit", (event) => {
  event.preventDefault();
  connect();
});
control("close").addEventListener("click", () => {
  status.textContent = "";
  for (const panel of panels) panel.close();
});
control("cut").addEventListener("click", cut);
control("clear").addEventListener("click", () => {
  for (const panel of panels) panel.clear();
});
stream.addEventListener("change", showStream);
url.addEventListener("input", () => {
  // Whoever edits the address wants another stream than the demo's.
  stream.value = "custom";
  customUrl = url.value;
  showUrlError("");
});

document.querySelector('[data-testid="about-worker"]').hidden = isTestServer;
findNative();
const ready = importWasm();
stream.value = parameters.stream;
showStream();
if (parameters.autoconnect) connect();
