// The body of a response: reading it before the engine asks, and letting go of it.

import { clearTimeout, setTimeout } from "../platform.js";

/** After an abort, the body gets this long to end by itself, in milliseconds. */
export const ABORT_TIME = 1000;

/**
 * The most bytes that are handed over at once. Under load a chunk can have megabytes, and the memory of a module never shrinks.
 */
const PIECE = 64 * 1024;

/**
 * Reads a body. When a connection breaks, a browser throws away all bytes that no script has read. Bytes that were read ahead here
 * are safe. A piece is `{ bytes }`; `{ error }` if the body broke off; or `{}` at its end.
 */
export class Body {
  #reader;
  #capacity;
  #arrived;
  /** The pieces that were read and not asked for yet. */
  #ahead = [];
  #bytesAhead = 0;
  /** The next piece was asked for and has not come yet. */
  #isWanted = false;
  #isReading = false;
  #isOver = false;

  /** Calls `arrived` with a piece that was asked for before it was there. `capacity` is how many bytes to read ahead. */
  constructor(reader, capacity, arrived) {
    this.#reader = reader;
    this.#capacity = capacity;
    this.#arrived = arrived;
    this.#read();
  }

  /** Asks for the next piece. Returns it if it is there. */
  take() {
    const piece = this.#ahead.shift();
    this.#isWanted = piece === undefined;
    if (piece?.bytes !== undefined) {
      this.#bytesAhead -= piece.bytes.length;
    }
    const first = this.#firstOf(piece);
    this.#read();
    return first;
  }

  /** Stops reading. */
  stop() {
    this.#isOver = true;
    this.#arrived = () => {};
  }

  async #read() {
    if (this.#isReading) {
      return;
    }
    this.#isReading = true;
    while (!this.#isOver && (this.#isWanted || this.#bytesAhead < this.#capacity)) {
      let piece;
      try {
        const { done, value } = await this.#reader.read();
        piece = done ? {} : { bytes: bytesOf(value) };
      } catch (error) {
        piece = { error };
      }
      this.#isOver ||= piece.bytes === undefined;
      this.#arrive(piece);
    }
    this.#isReading = false;
  }

  #arrive(piece) {
    if (this.#isWanted) {
      this.#isWanted = false;
      this.#arrived(this.#firstOf(piece));
    } else {
      this.#ahead.push(piece);
      this.#bytesAhead += piece.bytes?.length ?? 0;
    }
  }

  /** The part of a piece that is handed over now. The rest is taken next. */
  #firstOf(piece) {
    if (!(piece?.bytes?.length > PIECE)) {
      return piece;
    }
    const rest = piece.bytes.subarray(PIECE);
    this.#ahead.unshift({ bytes: rest });
    this.#bytesAhead += rest.length;
    return { bytes: piece.bytes.subarray(0, PIECE) };
  }
}

/** The stream of a fetch hands out a `Uint8Array`. Other streams of bytes may hand out other views. */
function bytesOf(value) {
  if (!ArrayBuffer.isView(value)) {
    throw new TypeError("a chunk of the stream is not bytes");
  }
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Cancels a body or its reader, if it is not over yet. A failure is not reported to the page. */
export function cancel(body, milliseconds = 0) {
  const cancelNow = async () => {
    try {
      await body.cancel();
    } catch {
      // An error has ended it already.
    }
  };
  if (milliseconds === 0) {
    cancelNow();
    return;
  }
  const timer = setTimeout(cancelNow, milliseconds);
  const forget = () => clearTimeout(timer);
  body.closed?.then(forget, forget);
}
