import { fetchEventSource } from "@microsoft/fetch-event-source";

export function open(url, sink) {
  const controller = new AbortController();
  const { signal } = controller;
  const onmessage = ({ event, data, id }) => sink(event || "message", data, id);
  // Otherwise it makes nothing of a page in the background, which a headless one may be.
  fetchEventSource(url, { signal, onmessage, openWhenHidden: true });
  return () => controller.abort();
}
