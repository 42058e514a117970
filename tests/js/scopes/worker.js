// The suite in a dedicated, a shared or a service worker: a classic script, which is all that every browser takes there.
const nativeEventSource = globalThis.EventSource;
importScripts("/suite/suite.js", "/suite/shared.js", "/pkg/dist/wasm-eventsource.global.js");
const ourEventSource = globalThis.EventSource;
globalThis.EventSource = nativeEventSource;

async function start({ environment }, port) {
  const EventSource = environment.implementation === "native" ? nativeEventSource : ourEventSource;
  if (EventSource === undefined) {
    port.postMessage({ absent: true });
  } else {
    await runSuite({ ...environment, EventSource, SharedEventSource }, (entry) => port.postMessage(entry));
  }
  port.postMessage({ done: true });
}

function receive(event) {
  if (event.data.environment) {
    const done = start(event.data, event.ports[0]);
    event.waitUntil?.(done);
  }
}

addEventListener("message", receive);
addEventListener("connect", ({ ports: [port] }) => {
  port.addEventListener("message", receive);
  port.start();
});
