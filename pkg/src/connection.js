// The engine: its module, and its class with the methods by which the face knows it.
import { Connection, imports, start } from "../../target/npm/engine.js";

/** Of several things that the engine tells in one call each is asked for by a number or a place; the same as in crates/npm. */
Object.assign(Connection.prototype, {
  textStart() {
    return this.number(0);
  },

  textLength() {
    return this.number(1);
  },

  lastEventIdStart() {
    return this.number(2);
  },

  lastEventIdLength() {
    return this.number(3);
  },

  reconnectionTime() {
    return this.number(4);
  },

  placesStart() {
    return this.number(5);
  },

  /** What the console is to be told of the connection's failure, if anything, as a clause. */
  complaint() {
    const [reason, message, status] = this.failure();
    // With a 204 a server asks its clients to stop, and a body that is there already has an end.
    return reason === "ended" || status === 204 ? undefined : message;
  },
});

export { imports };

/** The engine, of an instance of its module that was made with the imports. */
export function engineOf(instance) {
  start(instance);
  return { Connection };
}
