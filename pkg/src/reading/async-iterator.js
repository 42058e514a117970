// What the async iterators of this package have in common with the platform's.
import { defineDisposal } from "../event-source/idl.js";

/** Gives a class with `next` and `return` the platform's `Symbol.asyncIterator`, its helpers, and disposal for `await using`. */
export function defineAsyncIterator({ prototype }) {
  const { prototype: ofGenerators } = Object.getPrototypeOf(async function* () {});
  Object.setPrototypeOf(prototype, Object.getPrototypeOf(ofGenerators));
  defineDisposal(prototype, "asyncDispose", async function () {
    await this.return();
  });
}
