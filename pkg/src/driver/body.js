// The body of a response: reading it before the engine asks, and letting go of it.

import { clearTimeout, setTimeout } from "../platform.js";

/** How long an abort may take to reach the body, in milliseconds. */
export const ABORT_TIME = 1000;

/**
 * What is handed over at once, in bytes. Under load chunks have megabytes, and the memory of a module does not shrink.
 */
const PIECE = 64 * 1024;

/**
 * Reads a body. When a connection breaks, a browser throws away what it has received and nobody has read; what is read ahead
 * here is safe. A piece is `{ bytes }`; `{ error }` if the body broke off; or `{}` at its end.
 */
export class Body {
  #reader;
  #capacity;
  #arrived;
  /** What was read and not asked for. */
  #ahead = [];
  #bytesAhead = 0;
  /** The next piece was asked for, and has not come. */
  #isWanted = false;
  #isReading = false;
  #isOver = false;

  /** `arrived` is called with a piece that was asked for and was not there. `capacity` is how many bytes to read ahead. */
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

  /** Nothing more is read. */
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

/** A stream of bytes hands out a `Uint8Array` if it is that of a fetch, and perhaps another view if it is not. */
function bytesOf(value) {
  if (!ArrayBuffer.isView(value)) {
    throw new TypeError("a chunk of the stream is not bytes");
  }
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** Cancels a body or its reader, unless it is over by then. The page is not told of a failure. */
export function cancel(body, milliseconds = 0) {
  const cancelNow = async () => {
    try {
      await body.cancel();
    } catch {
      // It is over already, by an error.
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
