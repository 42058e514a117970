// The object that an event of the stream becomes: a plain one for callbacks and loops, a MessageEvent for listeners.

/** How much data an error shows, in UTF-16 code units. */
const BEGINNING = 40;

/** An event of the stream. */
export class StreamEvent {
  constructor(type, data, lastEventId, origin) {
    this.type = type;
    this.data = data;
    this.lastEventId = lastEventId;
    this.origin = origin;
  }

  /** For the console, whatever a minifier makes of the class. */
  static get name() {
    return "StreamEvent";
  }

  /** Data that is empty says nothing: servers send such events for their ID alone. */
  json() {
    const { type, data, lastEventId } = this;
    if (data === "") {
      return undefined;
    }
    try {
      return JSON.parse(data);
    } catch (cause) {
      const id = lastEventId === "" ? "" : ` with the ID "${lastEventId}"`;
      const beginning = `${data}`.slice(0, BEGINNING);
      throw new SyntaxError(`the data of an event "${type}"${id} is not JSON: ${beginning}`, { cause });
    }
  }
}

export function copyOf({ type, data, lastEventId, origin }) {
  return new StreamEvent(type, data, lastEventId, origin);
}

const NO_PORTS = Object.freeze([]);

/**
 * The class of what is dispatched. By `instanceof`, its name and its members it is a MessageEvent. In Chromium, making and dispatching
 * a real one takes more than twice as long, which would be most of the time of a stream of small events. The getters of
 * MessageEvent.prototype itself do not work on it, because they look for what only the platform can make.
 */
export function defineDispatchedEvent() {
  class DispatchedEvent extends Event {
    #event;

    constructor(event) {
      super(event.type);
      this.#event = event;
    }

    get data() {
      return this.#event.data;
    }

    get origin() {
      return this.#event.origin;
    }

    get lastEventId() {
      return this.#event.lastEventId;
    }

    get source() {
      // For the TypeError on what is no such event.
      return this.#event && null;
    }

    get ports() {
      return this.#event && NO_PORTS;
    }

    /** Legacy, and still there: https://html.spec.whatwg.org/multipage/comms.html#dom-messageevent-initmessageevent */
    initMessageEvent(type, bubbles = false, cancelable = false, data = null, origin = "", lastEventId = "") {
      const isDispatched = this.eventPhase !== 0;
      this.initEvent(type, bubbles, cancelable);
      if (!isDispatched) {
        this.#event = new StreamEvent(this.type, data, `${lastEventId}`, `${origin}`);
      }
    }

    /** An extension. */
    json() {
      return this.#event.json();
    }
  }

  const { prototype } = DispatchedEvent;
  // What is inherited is right: it says MessageEvent.
  delete prototype.constructor;
  // A server may have none, or in Next's edge runtime one that is no Event and would not be dispatched.
  const message = globalThis.MessageEvent?.prototype;
  const inherited = message instanceof Event ? message : Event.prototype;
  Object.setPrototypeOf(prototype, inherited);
  if (!("initMessageEvent" in inherited)) {
    delete prototype.initMessageEvent;
  }
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(inherited))) {
    if (Object.hasOwn(prototype, name)) {
      Object.defineProperty(prototype, name, { enumerable: true });
    } else if (get !== undefined && inherited !== Event.prototype) {
      // A platform may have members of its own, which have nothing to say of such an event, such as `userActivation`.
      Object.defineProperty(prototype, name, { get: () => null, enumerable: true, configurable: true });
    }
  }
  return DispatchedEvent;
}
