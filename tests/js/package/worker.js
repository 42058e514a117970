importScripts("/node_modules/wasm-eventsource/dist/wasm-eventsource.global.js");

const source = new EventSource("/chunks?size=3");
const messages = [];
const take = ({ type, data, lastEventId }) => {
  messages.push([type, data, lastEventId]);
  if (data === "last") {
    source.close();
    postMessage({ messages });
  }
};
source.onmessage = take;
source.addEventListener("named", take);
source.onerror = () => postMessage({ error: `readyState ${source.readyState}` });
