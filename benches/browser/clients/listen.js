// Listeners as a user adds them: one for each type that the streams have.
const TYPES = ["message", "update", "end"];

/** What is read of an event, besides its data: nothing, its ID, or all there is. */
const LISTENERS = {
  data: (type, sink) => (event) => sink(type, event.data, ""),
  id: (type, sink) => (event) => sink(type, event.data, event.lastEventId),
  all: (type, sink) => (event) => sink(event.type, event.data, event.lastEventId),
};

export function listen(source, sink, reads) {
  for (const type of TYPES) {
    source.addEventListener(type, LISTENERS[reads](type, sink));
  }
  return () => source.close();
}
