// The example with another origin in MDN's guide; see mdn.js. Only the line at the end is not from the guide.
import "wasm-eventsource/polyfill/force";

const evtSource = new EventSource("//api.example.com/sse-demo.php", {
  withCredentials: true,
});

window.evtSource = evtSource;
