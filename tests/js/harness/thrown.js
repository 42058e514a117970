import { assert } from "chai";

/** The error that this throws. */
export function thrownBy(body) {
  try {
    body();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}
