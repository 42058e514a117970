// Event handlers where the platform calls them, too. Before the listeners of an event, workerd's `dispatchEvent` reads the property
// of that name, such as `onopen`, and calls what is there. The handlers of this package are listeners, as the standard has it:
// they would be called twice, and once out of their order. So the platform does not get to see them.

/** Undefined until the first event is dispatched. */
let callsHandlers;

/** Whether the platform reads a property of the target when it dispatches an event. */
function callsHandlersItself({ dispatchEvent }) {
  let isRead = false;
  const target = Object.defineProperty(new EventTarget(), "onprobe", { get: () => void (isRead = true) });
  dispatchEvent.call(target, new Event("probe"));
  return isRead;
}

export const handlersOnce = {
  /**
   * Hides the handlers of a class from the platform, and from nobody else: it reads one before any listener runs. `platform` has the
   * methods of EventTarget, and gets another `dispatchEvent`, which the class has as well.
   */
  define({ prototype }, types, platform) {
    /** The type whose handler the platform is going to read. */
    let hidden;
    for (const type of types) {
      const name = `on${type}`;
      const { get: handlerOf, set } = Object.getOwnPropertyDescriptor(prototype, name);
      const { get } = Object.getOwnPropertyDescriptor(
        {
          get [name]() {
            const isHidden = type === hidden;
            hidden = undefined;
            return isHidden ? null : Reflect.apply(handlerOf, this, []);
          },
        },
        name,
      );
      Object.defineProperty(prototype, name, { get, set });
    }
    const inherited = platform.dispatchEvent;
    const { dispatchEvent } = {
      dispatchEvent(event) {
        callsHandlers ??= callsHandlersItself({ dispatchEvent: inherited });
        hidden = callsHandlers ? types.find((type) => type === event?.type) : undefined;
        try {
          return Reflect.apply(inherited, this, arguments);
        } finally {
          hidden = undefined;
        }
      },
    };
    platform.dispatchEvent = dispatchEvent;
    Object.defineProperty(prototype, "dispatchEvent", { value: dispatchEvent, writable: true, configurable: true });
  },
};
