importScripts("/pkg/dist/wasm-eventsource.global.js");

addEventListener("message", ({ data }) => {
  if (data.dispatch) {
    dispatchEvent(new Event(data.dispatch));
    return;
  }
  const source = new EventSource(data.url);
  for (const type of ["open", "message", "error"]) {
    source.addEventListener(type, (event) => postMessage(type + (event.data ?? "")));
  }
});
