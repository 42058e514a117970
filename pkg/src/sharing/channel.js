// What the members of a group say to each other, over a BroadcastChannel.

/** Calls `heard` with what others post, if it is bytes. Opening it throws where the platform has none, or does not allow it. */
export class Channel {
  #name;
  #own;
  /** What is posted with it, our own channel hears, too. */
  #second;

  constructor(name, heard) {
    this.#name = name;
    this.#own = new BroadcastChannel(name);
    this.#own.addEventListener("message", ({ data }) => {
      if (data instanceof Uint8Array) {
        heard(data);
      }
    });
  }

  post(bytes) {
    this.#own.postMessage(bytes);
  }

  postToAll(bytes) {
    this.#second ??= new BroadcastChannel(this.#name);
    this.#second.postMessage(bytes);
  }

  close() {
    this.#own.close();
    this.#second?.close();
  }
}
