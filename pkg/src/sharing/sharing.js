// What the class needs to share connections.
import { SharedDriver } from "./driver.js";
import { readShared } from "./init.js";

export const sharing = {
  /** The driver of a source that shares; undefined for any other. */
  driverOf: ({ shared }) => shared && SharedDriver,
  read: readShared,
  /** Gives the class the attribute `shared`. `settingsOf` gives a source's settings. */
  define(target, settingsOf) {
    const attribute = {
      get shared() {
        return settingsOf(this).shared?.role;
      },
    };
    Object.defineProperty(target.prototype, "shared", Object.getOwnPropertyDescriptor(attribute, "shared"));
  },
};
