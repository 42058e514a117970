import { Recorder } from "./recorder.js";
import { sharingWithNobody } from "./shared-class.js";
import { Port, ScriptedStream } from "./stream.js";

/** The `t` of a case: what it may use, all of which is put away when the case is over. */
export class Context {
  #environment;
  #uncaught;
  #key;
  #streams = 0;
  #sources = [];
  #recorders = [];
  #deferred = [];

  constructor(environment, uncaught, key) {
    this.#environment = environment;
    this.#uncaught = uncaught;
    this.#key = key;
    /** A word that no other case has, for cookies and the like. */
    this.unique = key;
    this.engine = environment.engine;
    this.scope = environment.scope;
    /** Whether each connection is shared, with nobody. It is ours all the same. */
    this.isShared = environment.implementation === "shared";
    /** Whether the engine is the one in JavaScript. */
    this.isJavascript = environment.implementation === "javascript";
    this.implementation = environment.implementation === "native" ? "native" : "ours";
    this.origin = environment.origin;
    this.otherOrigin = environment.otherOrigin;
    /** The class under test. */
    this.EventSource = this.isShared ? sharingWithNobody(environment.SharedEventSource) : environment.EventSource;
    /** The class of the entry `./shared`. */
    this.SharedEventSource = environment.SharedEventSource;
    /** The function `stream` of the package, where there are modules. */
    this.iterate = environment.iterate;
  }

  eventSource(url, ...init) {
    return this.#add(new this.EventSource(url, ...init));
  }

  /** A source that shares its connection. */
  sharedSource(url, ...given) {
    const [shared, init] = given.length === 0 ? [true] : given;
    return this.#add(new this.SharedEventSource(url, { ...init, shared }));
  }

  #add(source) {
    this.#sources.push(source);
    return source;
  }

  /** Calls this when the case is over, whatever its outcome. */
  defer(action) {
    this.#deferred.push(action);
  }

  /** A response of the case's own. */
  fetch(url) {
    const controller = new AbortController();
    this.defer(() => controller.abort());
    return fetch(url, { signal: controller.signal });
  }

  worker(script) {
    const worker = new Worker(script);
    this.defer(() => worker.terminate());
    return worker;
  }

  /** A shared worker that no other case has. It would outlive the case: its script closes itself, see scopes/closing.js. */
  sharedWorker(script) {
    const worker = new SharedWorker(script, this.unique);
    this.defer(() => worker.port.postMessage("close"));
    return worker;
  }

  /** A scripted stream; the n-th request gets the n-th attempt, the last one for ever after. See steps.js. */
  stream(...attempts) {
    this.#streams += 1;
    return new ScriptedStream(this.#environment, `${this.#key}-${this.#streams}`).put(attempts);
  }

  /** A port that refuses connections until it is opened. */
  closedPort() {
    return Port.reserve(this.#environment);
  }

  record(source, ...types) {
    const recorder = new Recorder(source, types);
    this.#recorders.push(recorder);
    return recorder;
  }

  async next(source, type) {
    return (await this.record(source, type).next()).event;
  }

  async collect(source, types, count) {
    const entries = await this.record(source, ...types).take(count);
    return entries.map(({ event }) => event);
  }

  /** Resolves when this error has reached the global error handler, where it belongs. */
  uncaught(error) {
    return this.#uncaught.expect(error);
  }

  /** What has happened so far, for the message of a case that waits in vain. */
  get trace() {
    const traces = this.#recorders.map(({ types }) => `[${types.join(", ")}]`);
    return traces.length === 0 ? "no events recorded" : `events so far: ${traces.join(", ")}`;
  }

  close() {
    for (const source of this.#sources) {
      source.close();
    }
    for (const action of this.#deferred) {
      action();
    }
  }
}
