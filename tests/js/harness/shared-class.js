let sources = 0;

/** The class of `./shared`, so that each source shares its connection with nobody. Then it must be as one that does not share. */
export function sharingWithNobody(SharedEventSource) {
  const EventSource = new Proxy(SharedEventSource, {
    construct(target, given, newTarget) {
      sources += 1;
      const [url, init, ...rest] = given;
      const shared = mayBeRepeated(init) && { key: `${sources} ${Math.random()}` };
      const isDictionary = init === undefined || init === null || Object(init) === init;
      const dictionary = () => new Proxy(Object(init), { get: (object, name) => (name === "shared" ? shared : object[name]) });
      const all = given.length === 0 ? [] : [url, isDictionary ? dictionary() : init, ...rest];
      return Reflect.construct(target, all, newTarget === EventSource ? target : newTarget);
    },
  });
  return EventSource;
}

/** What is not to be repeated cannot be shared. Nothing is read of what only tells what is read of it. */
function mayBeRepeated(init) {
  const has = (name) => Object.hasOwn(Object(init), name);
  const isPost = has("method") && (!init.reconnect || init.reconnect.maxAttempts === 0);
  return !isPost && !has("resume");
}
