// What WebIDL makes of an interface's constants and event handler attributes.

/** The key under which an object keeps its event handlers, a Map from event type to handler. */
export const handlersOf = Symbol("event handlers");

/**
 * Gives a class the looks of a WebIDL interface: its name whatever a minifier made of it, constants on the class and on
 * its prototype, members and static operations that are enumerable.
 */
export function defineInterface(target, name, { constants, members, statics }) {
  Object.defineProperty(target, "name", { value: name, configurable: true });
  Object.defineProperty(target.prototype, Symbol.toStringTag, { value: name, configurable: true });
  for (const object of [target, target.prototype]) {
    for (const [constant, value] of Object.entries(constants)) {
      Object.defineProperty(object, constant, { value, enumerable: true });
    }
  }
  for (const member of members) {
    Object.defineProperty(target.prototype, member, { enumerable: true });
  }
  for (const member of statics) {
    Object.defineProperty(target, member, { enumerable: true });
  }
}

/**
 * Event handler attributes: `onopen` and the like.
 * https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes
 *
 * A handler is a listener that is added when the attribute is first set to a function; setting another function keeps
 * its place among the listeners, and setting null takes it out.
 */
export function defineEventHandlers(target, types) {
  for (const type of types) {
    Object.defineProperty(target.prototype, `on${type}`, {
      get() {
        return this[handlersOf].get(type)?.callback ?? null;
      },
      set(callback) {
        setEventHandler(this, type, isObject(callback) ? callback : null);
      },
      enumerable: true,
      configurable: true,
    });
  }
}

function setEventHandler(source, type, callback) {
  const handlers = source[handlersOf];
  const handler = handlers.get(type);
  if (callback === null) {
    if (handler) {
      source.removeEventListener(type, handler.listener);
      handlers.delete(type);
    }
  } else if (handler) {
    handler.callback = callback;
  } else {
    const added = { callback, listener: (event) => processEventHandler(source, added, event) };
    handlers.set(type, added);
    source.addEventListener(type, added.listener);
  }
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm */
function processEventHandler(source, handler, event) {
  const { callback } = handler;
  if (typeof callback === "function" && Reflect.apply(callback, source, [event]) === false) {
    event.preventDefault();
  }
}

function isObject(value) {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
