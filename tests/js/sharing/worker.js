import { EventSource } from "/pkg/dist/shared.js";

addEventListener("message", ({ data: { url, init } }) => {
  const source = new EventSource(url, init);
  const tell = (what) => postMessage({ what, shared: source.shared });
  source.onopen = () => tell("open");
  source.onerror = () => tell("error");
  source.onmessage = ({ data }) => tell(Number(data));
});
