// One source in a worker, dedicated or shared, for cases that need more scopes than their own. In comes
// `{ implementation, url }`, out go its events, `{ type, readyState, data }` each, or what the constructor throws.
importScripts("/closing.js");

function receive({ data: { implementation, url }, target }) {
  if (url === undefined) {
    return;
  }
  const port = "postMessage" in target ? target : globalThis;
  if (implementation === "ours") {
    importScripts("/pkg/dist/wasm-eventsource.global.js");
  }
  let source;
  try {
    source = new EventSource(url);
  } catch ({ name }) {
    port.postMessage({ type: name });
    return;
  }
  for (const type of ["open", "message", "error"]) {
    source.addEventListener(type, ({ data }) => port.postMessage({ type, readyState: source.readyState, data }));
  }
}

addEventListener("message", receive);
addEventListener("connect", ({ ports: [port] }) => {
  port.onmessage = receive;
});
