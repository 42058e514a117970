/** Reads a stream to its event `fin`: everything that happened, in order, and the reconnection time (ours tells it).
 *  `seen` is called with the event `named`. */
export function read(EventSource, url, seen) {
  return new Promise((resolve) => {
    const log = [];
    const source = new EventSource(url);
    source.onopen = () => log.push(["open", source.readyState]);
    source.onerror = () => {
      log.push(["error", source.readyState]);
      if (source.readyState === source.CLOSED) {
        resolve({ log });
      }
    };
    const take = ({ type, data, lastEventId }) => {
      log.push([type, data, lastEventId]);
      if (type === "named") {
        seen?.();
      }
      if (type === "fin") {
        source.close();
        resolve({ log, retry: source.reconnectionTime ?? null });
      }
    };
    ["message", "named", "fin"].forEach((type) => source.addEventListener(type, take));
  });
}
