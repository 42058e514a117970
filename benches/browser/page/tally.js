// What arrives, counted: how many events, how many characters, and a digest. The same arithmetic is in bench/digest.rs of
// the test server, which says what should arrive.

const END = "end";

/** Takes events; `done` is called with the result when the last one is there. */
export class Tally {
  count = 0;
  characters = 0;
  hash = 0;

  constructor(done) {
    this.done = done;
  }

  /**
   * While time is taken: a few characters of each event, at a cost of some ns that is the same for all. It needs the
   * data to be a string, and so do users.
   */
  sample = (type, data, id) => {
    if (type === END) {
      this.done(this.result());
      return;
    }
    const { length } = data;
    const { length: idLength } = id;
    const sampled =
      data.charCodeAt(0) + data.charCodeAt(length >> 2) + data.charCodeAt(length >> 1) + data.charCodeAt(length - 1);
    const ofId = idLength === 0 ? 0 : idLength + id.charCodeAt(idLength - 1);
    this.hash = (Math.imul(this.hash, 31) + sampled + length + type.length + ofId) | 0;
    this.count += 1;
    this.characters += length;
  };

  /** In the round before: every character of type, ID and data. */
  full = (type, data, id) => {
    if (type === END) {
      this.done(this.result());
      return;
    }
    this.add(type);
    this.hash = Math.imul(this.hash, PRIME);
    this.add(id);
    this.hash = Math.imul(this.hash, PRIME);
    this.add(data);
    this.count += 1;
    this.characters += data.length;
  };

  add(text) {
    let { hash } = this;
    for (let index = 0; index < text.length; index += 1) {
      hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
    }
    this.hash = hash;
  }

  result() {
    return { count: this.count, characters: this.characters, hash: this.hash >>> 0 };
  }
}

const PRIME = 16_777_619;
