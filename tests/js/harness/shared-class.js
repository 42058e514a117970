let sources = 0;

/** The class of `./shared`, so that each source shares its connection with nobody. Then it must be as one that does not share. */
export function sharingWithNobody(SharedEventSource) {
  const EventSource = new Proxy(SharedEventSource, {
    construct(target, given, newTarget) {
      sources += 1;
      // What is not to be repeated is not shared.
      const isRepeated = !/post/i.test(init?.method) || init.reconnect !== undefined;
      const shared = isRepeated && { key: `${sources} ${Math.random()}` };
      const [url, init, ...rest] = given;
      const isDictionary = init === undefined || init === null || Object(init) === init;
      const dictionary = () => new Proxy(Object(init), { get: (object, name) => (name === "shared" ? shared : object[name]) });
      const all = given.length === 0 ? [] : [url, isDictionary ? dictionary() : init, ...rest];
      return Reflect.construct(target, all, newTarget === EventSource ? target : newTarget);
    },
  });
  return EventSource;
}
