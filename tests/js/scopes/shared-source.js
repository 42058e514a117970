// One source in a worker, dedicated or shared, that shares its connection. In comes `{ url, shared }`, out go its events,
// `{ type, data, shared }` each.
importScripts("/closing.js", "/suite/shared.js");

function receive({ data: { url, shared }, target }) {
  if (url === undefined) {
    return;
  }
  const port = "postMessage" in target ? target : globalThis;
  const source = new SharedEventSource(url, { shared });
  for (const type of ["open", "message", "error"]) {
    source.addEventListener(type, ({ data }) => port.postMessage({ type, data, shared: source.shared }));
  }
}

addEventListener("message", receive);
addEventListener("connect", ({ ports: [port] }) => {
  port.onmessage = receive;
});
