// A member of a group whose connection is in the application's SharedWorker, from joining until leaving.
import { NEWS_JOINED, NEWS_MESSAGE, NEWS_UNAVAILABLE } from "../engine/constants.js";
import { clearTimeout, setTimeout } from "../platform.js";

/** How long the worker may take to answer, in milliseconds: it may have to be loaded. Without an answer the source goes on alone. */
const ANSWER_TIME = 5000;

/** The property of a message that says what it is about. An application may post others over the same port. */
export const KIND = "wasm-eventsource";

let members = 0;

/** As `Membership`. There are no locks: the worker leads, and nobody else does. */
export class PortMembership {
  #worker;
  /** What every message of this member has. Who joins again is another member to the worker, for which nothing is left of the one before. */
  #address;
  #tell;
  #rejoin;
  #timer;

  /** `connection` is what the worker makes the connection of. `rejoin` is called if the worker has forgotten this member. */
  constructor(worker, group, id, connection, { tell, rejoin }) {
    members += 1;
    this.#worker = worker;
    this.#address = { group, member: `${id.toString(16)}-${members}` };
    this.#tell = tell;
    this.#rejoin = rejoin;
    this.#listen("addEventListener");
    worker.port.start();
    this.#timer = setTimeout(this.#fail, ANSWER_TIME);
    this.#send("join", connection);
  }

  post(bytes) {
    this.#send("post", { bytes });
  }

  postToAll(bytes) {
    this.#send("post-to-all", { bytes });
  }

  leave() {
    clearTimeout(this.#timer);
    this.#listen("removeEventListener");
    this.#send("leave");
  }

  #listen(method) {
    this.#worker[method]?.("error", this.#fail);
    this.#worker.port[method]("message", this.#receive);
  }

  #send(kind, rest) {
    this.#worker.port.postMessage({ [KIND]: kind, ...this.#address, ...rest });
  }

  #fail = () => this.#tell(NEWS_UNAVAILABLE);

  #receive = ({ data }) => {
    const { group, member } = this.#address;
    if (data?.group !== group || data.member !== member) {
      return;
    }
    switch (data[KIND]) {
      case "joined":
        clearTimeout(this.#timer);
        this.#tell(NEWS_JOINED);
        break;
      case "message":
        if (data.bytes instanceof Uint8Array) {
          this.#tell(NEWS_MESSAGE, data.bytes);
        }
        break;
      case "there?":
        this.#send("here");
        break;
      case "unknown":
        this.#rejoin();
        break;
      case "unavailable":
        this.#fail();
        break;
      default:
    }
  };
}
