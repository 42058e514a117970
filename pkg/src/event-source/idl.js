// What WebIDL makes of an interface's constants and event handler attributes.

/**
 * Gives a class the looks of a WebIDL interface: its name whatever a minifier made of it, constants on the class and on
 * its prototype, and members that are enumerable, as the static operations are.
 */
export function defineInterface(target, name, constants, statics) {
  const { prototype } = target;
  const { constructor, ...members } = Object.getOwnPropertyDescriptors(prototype);
  for (const member of Object.keys(members)) {
    Object.defineProperty(prototype, member, { enumerable: true });
  }
  for (const member of statics) {
    Object.defineProperty(target, member, { enumerable: true });
  }
  for (const object of [target, prototype]) {
    for (const [constant, value] of Object.entries(constants)) {
      Object.defineProperty(object, constant, { value, enumerable: true });
    }
  }
  Object.defineProperty(target, "name", { value: name, configurable: true });
  Object.defineProperty(prototype, Symbol.toStringTag, { value: name, configurable: true });
}

/** Gives a prototype what `using` calls, where the platform knows the symbol and the prototype has none. `name` is "dispose" or "asyncDispose". */
export function defineDisposal(prototype, name, value) {
  const symbol = Symbol[name];
  if (symbol !== undefined && !(symbol in prototype)) {
    Object.defineProperty(prototype, symbol, { value, writable: true, configurable: true });
  }
}

/**
 * Event handler attributes: `onopen` and the like. `platform` has the methods of EventTarget. `handlersOf` gives an object's
 * handlers, by event type, and throws a TypeError for an object that is not of this class.
 * https://html.spec.whatwg.org/multipage/webappapis.html#event-handler-attributes
 *
 * A handler is a listener that is added when the attribute is first set to an object; setting another object keeps its
 * place among the listeners, and setting null takes it out.
 */
export function defineEventHandlers(target, types, platform, handlersOf) {
  for (const type of types) {
    const name = `on${type}`;
    // In an object literal, because accessors are called "get onopen" and "set onopen" there.
    const attribute = {
      get [name]() {
        return handlersOf(this)[type]?.callback ?? null;
      },
      set [name](callback) {
        setEventHandler(platform, this, handlersOf(this), type, isObject(callback) ? callback : null);
      },
    };
    Object.defineProperty(target.prototype, name, Object.getOwnPropertyDescriptor(attribute, name));
  }
}

function setEventHandler(platform, source, handlers, type, callback) {
  const handler = handlers[type];
  if (callback === null) {
    if (handler) {
      platform.removeEventListener.call(source, type, handler.listener);
      handlers[type] = undefined;
    }
  } else if (handler) {
    handler.callback = callback;
  } else {
    const added = { callback, listener: (event) => processEventHandler(source, added, event) };
    handlers[type] = added;
    platform.addEventListener.call(source, type, added.listener);
  }
}

/** https://html.spec.whatwg.org/multipage/webappapis.html#the-event-handler-processing-algorithm */
function processEventHandler(source, handler, event) {
  const { callback } = handler;
  if (typeof callback === "function" && Reflect.apply(callback, source, [event]) === false) {
    event.preventDefault();
  }
}

/** Also `document.all`, of which `typeof` says "undefined". */
export function isObject(value) {
  return Object(value) === value;
}

/** Where an object or a function may be given, null is none, as `fetch` has it. */
export function isGiven(value) {
  return value !== undefined && value !== null;
}

/** An option that is a function, if it is given. */
export function readFunction(name, value) {
  if (isGiven(value) && typeof value !== "function") {
    throw new TypeError(`${name} must be a function.`);
  }
  return value ?? undefined;
}
