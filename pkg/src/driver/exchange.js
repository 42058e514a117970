// Sends the requests of one source, one attempt at a time, and tells its engine what comes of them.
import {
  COMMAND_EXPECT_LOCAL_NETWORK,
  COMMAND_EXPECT_UNFETCHABLE,
  COMMAND_HEAR_CANDIDATE,
  COMMAND_SET_LAST_EVENT_ID,
  SIGNAL_ANSWERED,
  SIGNAL_END_OF_BODY,
  SIGNAL_HIDDEN_ERROR,
  SIGNAL_NETWORK_ERROR,
} from "../engine/constants.js";
import { Attempt } from "./attempt.js";
import { Failure, mayHideResponse, messageOf, unusable } from "./failure.js";
import { answerOfRetryIf, isAcceptedByUser, readRefusal } from "./refusal.js";
import { isGet, isSurelyFetchable, originOf, send } from "./request.js";
import { nextRequest } from "./resumption.js";
import { Target } from "./target.js";

/** What a response is taken for if the user accepts it. */
const ANNOUNCING = { status: 200, contentType: "text/event-stream" };

const UNREADABLE = "its response has no body, or one that is no ReadableStream or was read before: see the option fetch";

/** Sends a source's requests, reads their bodies, and lets go of both. `wake` is called when the engine was told something. */
export class Exchange {
  /** The last refused response: status, headers and the beginning of the body. */
  refusal;
  /** The exception with which the last attempt failed, or with which `retryIf` did. */
  cause;
  /** Where the last attempt went: the URL of its response, or that of its request, and whether there was a redirect. */
  place = {};
  #settings;
  #engine;
  #wake;
  /** Called with the origin of each response. */
  #cameFrom;
  #target;
  #attempt = null;
  /** What the page's functions are told of the last attempt. */
  #told;
  /** The status of the refused response after which `retryIf` wants the next attempt. */
  #retried;
  /** The attempt that may take the place of the open connection. */
  #candidate = null;
  #failed = (error, attempt) => this.#fail(attempt, error);

  constructor(url, settings, engine, wake, cameFrom) {
    this.#settings = settings;
    this.#engine = engine;
    this.#wake = wake;
    this.#cameFrom = cameFrom;
    this.#target = new Target(url, settings.request?.isBound);
  }

  /** Where the last request went. */
  get url() {
    return this.#target.url;
  }

  /** Whether a request, a probe or a body is on its way. */
  get isConnected() {
    return this.#attempt !== null;
  }

  /** Reads a body that is there already. */
  adopt(reader) {
    const attempt = this.#begin();
    attempt.adopt(reader);
    this.#read(attempt);
  }

  /** Sends the request. */
  request(lastEventId) {
    const { request, response } = this.#settings;
    this.#target.sent();
    this.cause = undefined;
    this.place = { url: this.url };
    if (request?.fetch === undefined && response === undefined && !isSurelyFetchable(this.url)) {
      this.#engine.command(COMMAND_EXPECT_UNFETCHABLE);
    }
    const attempt = this.#begin();
    if (response !== undefined) {
      attempt.adopt();
    }
    this.#open(attempt, { lastEventId, refusedWith: this.#retried });
  }

  /** Sends the same request beside the open connection. */
  requestCandidate(lastEventId) {
    this.letGoOfCandidate();
    const attempt = new Attempt(this.#failed);
    this.#candidate = attempt;
    this.#open(attempt, { lastEventId });
  }

  letGoOfCandidate() {
    const candidate = this.#candidate;
    this.#candidate = null;
    candidate?.letGo();
  }

  /** The candidate takes the place of the attempt before. */
  promoteCandidate() {
    const before = this.#attempt;
    this.#attempt = this.#candidate;
    this.#candidate = null;
    before.letGo();
  }

  /** Asks the user for the request that goes on where the last one ended, and tells why there has to be one. Undefined if there is none. */
  askForNext(told) {
    return nextRequest(this.#settings, told);
  }

  /** From now on, this request is sent. If it carries something that is meant for one origin, it does not go where a redirect led. */
  become({ url, request }) {
    this.#settings = { ...this.#settings, request };
    if (url !== undefined || request?.isBound) {
      this.#target = new Target(url ?? this.#target.own, request?.isBound);
    }
  }

  /** Probes for CORS after a failure. If the probe finds nothing, the failure is reported as it was. */
  probe() {
    const attempt = this.#begin(() => this.#tell(SIGNAL_NETWORK_ERROR));
    attempt.open(
      (signal) => this.#settings.probe(this.url, this.#settings, signal),
      (isAnswered) => this.#tell(isAnswered ? SIGNAL_ANSWERED : SIGNAL_NETWORK_ERROR),
    );
  }

  /** Asks for the next piece of the body. A piece that is there already needs no turn. */
  take() {
    const piece = this.#attempt.take();
    if (piece !== undefined) {
      this.#note(piece);
    }
  }

  /** The connection or the attempt is over. */
  leave() {
    this.#target.left();
    this.letGo();
  }

  /** Lets go of everything that is under way. */
  letGo(reason) {
    const attempt = this.#attempt;
    this.#attempt = null;
    this.letGoOfCandidate();
    attempt?.letGo(reason);
  }

  /** Begins an attempt in the place of the one before. A listener to the abort of that may have this one let go of at once. */
  #begin(failed = this.#failed) {
    const before = this.#attempt;
    const attempt = new Attempt(failed);
    this.#attempt = attempt;
    before?.letGo();
    return attempt;
  }

  /** Sends a request. Its functions are told of the attempt. */
  #open(attempt, told) {
    const { url } = this;
    this.#told = told;
    this.#retried = undefined;
    attempt.open(
      (signal) => this.#settings.response ?? send(url, this.#settings, told, signal, () => attempt.adopt()),
      (answer) => this.#respond(attempt, answer),
    );
  }

  /** Whether the engine is to hear of this attempt now. Not of a candidate before which the open connection has spoken. */
  #isAwaited(attempt) {
    return attempt !== this.#candidate || this.#engine.command(COMMAND_HEAR_CANDIDATE) === 1;
  }

  #respond(attempt, response) {
    const head = attempt.head(response);
    if (!this.#isAwaited(attempt)) {
      return undefined;
    }
    this.place.redirected = Boolean(head.redirected);
    if (head.url) {
      this.place.url = head.url;
      this.#cameFrom(originOf(head.url));
    }
    return this.#engine.response(head) ? this.#readFrom(attempt, head) : this.#refuse(attempt, response, head);
  }

  /** The response announces the connection. */
  #readFrom(attempt, head) {
    if (this.#engine.fault !== undefined) {
      return;
    }
    if (head.isReadable) {
      this.#target.reached(head);
      this.#read(attempt);
      this.#wake();
    } else {
      this.#fail(attempt, unusable(UNREADABLE));
    }
  }

  /** The response does not announce the connection. The user may know better, or want another attempt. */
  async #refuse(attempt, response, head) {
    if (this.#engine.fault !== undefined) {
      return;
    }
    const { accept } = this.#settings;
    if (accept !== undefined && (await isAcceptedByUser(accept, response, head)) && !attempt.isOver) {
      const vouchedFor = { ...head, ...ANNOUNCING };
      if (this.#isAwaited(attempt)) {
        this.#engine.response(vouchedFor);
        this.#readFrom(attempt, vouchedFor);
      }
      return;
    }
    if (attempt.isOver) {
      return;
    }
    const refusal = await readRefusal(response, attempt.takeReader());
    if (attempt.isOver) {
      return;
    }
    this.refusal = refusal;
    let cause;
    const answer = await answerOfRetryIf(this.#settings, refusal, this.#told).catch((error) => {
      cause = error;
    });
    if (attempt.isOver || !this.#isAwaited(attempt)) {
      return;
    }
    this.cause = cause;
    if (answer !== undefined) {
      this.#retried = refusal.status;
    }
    if (answer?.lastEventId !== undefined) {
      this.#engine.command(COMMAND_SET_LAST_EVENT_ID, answer.lastEventId);
    }
    this.#engine.refused(head, answer !== undefined, answer?.delay);
    this.letGo();
    this.#wake();
  }

  #read(attempt) {
    attempt.read(this.#settings.readAhead ?? 0, (piece) => {
      this.#note(piece);
      this.#wake();
    });
  }

  #note(piece) {
    if ("bytes" in piece) {
      try {
        this.#engine.chunk(piece.bytes);
      } catch (error) {
        this.#attempt.fail(error);
      }
    } else if ("error" in piece) {
      this.#attempt.fail(piece.error);
    } else {
      this.#engine.receive(SIGNAL_END_OF_BODY);
    }
  }

  #fail(attempt, error) {
    const { probe, resume, request } = this.#settings;
    // After a probe the same request may be sent again. Where `resume` decides about the next request, only a GET may.
    const isProbed = probe !== undefined && (resume === undefined || isGet(request));
    const isHidden = isProbed && mayHideResponse(error);
    const unforeseen = new Failure(isHidden ? SIGNAL_HIDDEN_ERROR : SIGNAL_NETWORK_ERROR, messageOf(error), error);
    const failure = error instanceof Failure ? error : unforeseen;
    const denied = failure.signal === SIGNAL_HIDDEN_ERROR ? this.#settings.isDenied?.(this.url, request?.members) : undefined;
    if (denied === undefined) {
      this.#report(attempt, failure);
    } else {
      denied.then((isDenied) => attempt.isOver || this.#report(attempt, failure, isDenied));
    }
  }

  #report(attempt, { signal, message, cause }, isDenied = false) {
    if (this.#isAwaited(attempt)) {
      this.cause = cause;
      if (isDenied) {
        this.#engine.command(COMMAND_EXPECT_LOCAL_NETWORK);
      }
      this.#tell(signal, message);
    }
  }

  #tell(signal, message) {
    this.#engine.receive(signal, message);
    this.#wake();
  }
}
