import { assert } from "chai";
import { section } from "../harness/registry.js";
import { thrownBy } from "../harness/thrown.js";

const test = section("9.2.2", "The EventSource interface: what WebIDL makes observable");

const CONSTANTS = ["CONNECTING", "OPEN", "CLOSED"];
const ATTRIBUTES = ["url", "withCredentials", "readyState"];
const HANDLERS = ["onopen", "onmessage", "onerror"];
/** What ours has of no standard, and says so: https://github.com/whatwg/html/issues/12272 */
/** What our init has beyond the standard's. */
const EXTENSIONS = [
  ...["lastEventId", "lastEventIdParameter", "maxEventSize", "reconnect", "signal", "fetch"],
  ...["onComment", "idleTimeout", "connectTimeout", "whenHidden", "whenBack", "retryIf", "accept", "resume", "cache"],
  ...["headers", "method", "body", "credentials", "mode", "redirect", "referrerPolicy", "priority"],
];
/** What ours has beside: additions, and one that it inherits as well. */
const MEMBERS = ["lastEventId", "reconnectionTime", "reset", "reconnect", "verify", "subscribe", "events", "addEventListener", "removeEventListener"];
const OURS = { members: MEMBERS, symbols: [Symbol.asyncIterator, ...(Symbol.dispose ? [Symbol.dispose] : [])], statics: ["fromReadableStream"] };
const SHARING = ["shared"];
const NOTHING = { members: [], symbols: [], statics: [] };

const NONE_TO_LEND = { skip: { shared: "the suite puts a proxy in the place of the class" }, native: { chromium: "the source has Object's prototype" } };

/** The class is behind a proxy that adds an option. */
const BEHIND_PROXY = { skip: { shared: "the suite puts a proxy in the place of the class" } };

function proposedBy({ implementation, isShared }) {
  if (implementation === "native") {
    return NOTHING;
  }
  return { ...OURS, members: isShared ? [...MEMBERS, ...SHARING] : MEMBERS };
}

function descriptorOf({ EventSource }, name) {
  return Object.getOwnPropertyDescriptor(EventSource.prototype, name);
}

/** Every function of the prototype, with its name. */
function operations(t) {
  const accessors = [...ATTRIBUTES, ...HANDLERS].flatMap((name) => {
    const { get, set } = descriptorOf(t, name);
    return [[`get ${name}`, get], [`set ${name}`, set]].filter(([, operation]) => operation);
  });
  return [...accessors, ["close", t.EventSource.prototype.close]];
}

test("the class and its prototype have the constants CONNECTING, OPEN and CLOSED", ({ EventSource }) => {
  for (const object of [EventSource, EventSource.prototype]) {
    assert.deepEqual([object.CONNECTING, object.OPEN, object.CLOSED], [0, 1, 2]);
  }
});

test("the constants can neither be written nor deleted", ({ EventSource }) => {
  for (const object of [EventSource, EventSource.prototype]) {
    for (const [index, name] of CONSTANTS.entries()) {
      const expected = { value: index, writable: false, enumerable: true, configurable: false };
      assert.deepEqual(Object.getOwnPropertyDescriptor(object, name), expected);
    }
  }
});

test("the class is called EventSource and takes one argument at least", ({ EventSource }) => {
  const looks = { writable: false, enumerable: false, configurable: true };
  assert.deepEqual(Object.getOwnPropertyDescriptor(EventSource, "name"), { value: "EventSource", ...looks });
  assert.deepEqual(Object.getOwnPropertyDescriptor(EventSource, "length"), { value: 1, ...looks });
});

test("the class inherits from EventTarget, and its prototype from EventTarget's", ({ EventSource }) => {
  assert.strictEqual(Object.getPrototypeOf(EventSource), EventTarget);
  assert.strictEqual(Object.getPrototypeOf(EventSource.prototype), EventTarget.prototype);
});

test("the class has a fixed prototype, and the prototype its constructor", BEHIND_PROXY, ({ EventSource }) => {
  const { value, ...looks } = Object.getOwnPropertyDescriptor(EventSource, "prototype");
  assert.strictEqual(value, EventSource.prototype);
  assert.deepEqual(looks, { writable: false, enumerable: false, configurable: false });
  const { value: constructor, ...others } = Object.getOwnPropertyDescriptor(EventSource.prototype, "constructor");
  assert.strictEqual(constructor, EventSource);
  assert.deepEqual(others, { writable: true, enumerable: false, configurable: true });
});

test("the prototype names its class", (t) => {
  const looks = { writable: false, enumerable: false, configurable: true };
  assert.deepEqual(descriptorOf(t, Symbol.toStringTag), { value: "EventSource", ...looks });
});

test("the prototype has the members of the standard", (t) => {
  const { members, symbols } = proposedBy(t);
  const names = [...CONSTANTS, ...ATTRIBUTES, ...HANDLERS, "close", "constructor", ...members];
  assert.sameMembers(Object.getOwnPropertyNames(t.EventSource.prototype), names);
  assert.sameMembers(Object.getOwnPropertySymbols(t.EventSource.prototype), [Symbol.toStringTag, ...symbols]);
});

test("the class has the members of the standard", (t) => {
  const { statics } = proposedBy(t);
  assert.sameMembers(Reflect.ownKeys(t.EventSource), [...CONSTANTS, "length", "name", "prototype", ...statics]);
});

test("a source has no properties of its own, and shows those of its prototypes", (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  const plain = new EventTarget();
  // Node's EventTarget has some.
  assert.deepEqual(Reflect.ownKeys(source), Reflect.ownKeys(plain));
  const { members } = proposedBy(t);
  const shown = (object) => {
    const names = [];
    for (const name in object) {
      names.push(name);
    }
    return names;
  };
  const expected = [...CONSTANTS, ...ATTRIBUTES, ...HANDLERS, "close", ...members, ...shown(plain)];
  assert.sameMembers(shown(source), [...new Set(expected)]);
});

test("url, withCredentials and readyState are getters of the prototype", (t) => {
  for (const name of ATTRIBUTES) {
    const { get, set, ...looks } = descriptorOf(t, name);
    assert.deepEqual(looks, { enumerable: true, configurable: true }, name);
    assert.deepEqual([get.name, get.length, set], [`get ${name}`, 0, undefined]);
  }
});

test("onopen, onmessage and onerror are accessors of the prototype", (t) => {
  for (const name of HANDLERS) {
    const { get, set, ...looks } = descriptorOf(t, name);
    assert.deepEqual(looks, { enumerable: true, configurable: true }, name);
    assert.deepEqual([get.name, get.length], [`get ${name}`, 0]);
    assert.deepEqual([set.name, set.length], [`set ${name}`, 1]);
  }
});

test("close is a method of the prototype", (t) => {
  const { value, ...looks } = descriptorOf(t, "close");
  assert.deepEqual([value.name, value.length], ["close", 0]);
  assert.deepEqual(looks, { writable: true, enumerable: true, configurable: true });
});

test("accessors and methods are no constructors", (t) => {
  for (const [name, operation] of operations(t)) {
    assert.instanceOf(thrownBy(() => Reflect.construct(Object, [], operation)), TypeError, name);
    assert.isFalse(Object.hasOwn(operation, "prototype"), name);
  }
});

test("accessors and methods throw a TypeError for what is no EventSource", (t) => {
  const source = t.eventSource(`${t.origin}/silence`);
  const others = [
    t.EventSource.prototype, new EventTarget(), {}, Object.create(source), new Proxy(source, {}), () => {}, 1, "source",
    null, undefined,
  ];
  for (const [name, operation] of operations(t)) {
    for (const other of others) {
      assert.instanceOf(thrownBy(() => Reflect.apply(operation, other, [null])), TypeError, name);
    }
  }
  assert.equal(source.readyState, 0);
});

test("url, withCredentials and readyState cannot be set", (t) => {
  const url = `${t.origin}/silence`;
  const source = t.eventSource(url);
  for (const [name, value] of [["url", "x"], ["withCredentials", true], ["readyState", 2]]) {
    assert.isFalse(Reflect.set(source, name, value), name);
  }
  assert.deepEqual([source.url, source.withCredentials, source.readyState], [url, false, 0]);
});

test("without an argument the constructor throws a TypeError", ({ EventSource }) => {
  assert.instanceOf(thrownBy(() => new EventSource()), TypeError);
});

test("calling the class without new throws a TypeError", ({ EventSource, origin }) => {
  assert.instanceOf(thrownBy(() => EventSource(`${origin}/silence`)), TypeError);
  assert.instanceOf(thrownBy(() => EventSource.call(new EventTarget(), `${origin}/silence`)), TypeError);
});

test("an init that is no dictionary throws a TypeError", (t) => {
  for (const init of [0, 1, "", "init", true, false, 1n, Symbol("init")]) {
    assert.instanceOf(thrownBy(() => t.eventSource(`${t.origin}/silence`, init)), TypeError, String(init));
  }
});

test("any object will do as init, and more arguments than two are ignored", (t) => {
  const url = `${t.origin}/silence`;
  for (const init of [[], () => {}, new Date(0), /x/, Object.create(null), new Proxy({}, {})]) {
    assert.isFalse(t.eventSource(url, init, 1, Symbol("ignored")).withCredentials);
  }
  assert.isTrue(t.eventSource(url, Object.assign(() => {}, { withCredentials: true })).withCredentials);
  assert.isTrue(t.eventSource(url, Object.create({ withCredentials: true })).withCredentials);
});

test("document.all is an object as init and as handler", { skip: { node: "Node has no document" } }, (t) => {
  const all = globalThis.document?.all;
  const source = t.eventSource(`${t.origin}/silence`, all);
  source.onopen = all;
  assert.strictEqual(source.onopen, globalThis.document ? all : null);
});

test("of the init no member is read twice, and of the standard's withCredentials", (t) => {
  const read = [];
  const get = (target, name) => {
    read.push(name);
    return name === "withCredentials" ? 1 : undefined;
  };
  assert.isTrue(t.eventSource(`${t.origin}/silence`, new Proxy({}, { get })).withCredentials);
  const own = t.implementation === "ours" ? EXTENSIONS : [];
  assert.sameMembers(read, ["withCredentials", ...own]);
});

test("no init means no look at Object.prototype", BEHIND_PROXY, (t) => {
  const looks = { value: true, configurable: true };
  Object.defineProperty(Object.prototype, "withCredentials", looks);
  try {
    const url = `${t.origin}/silence`;
    const values = [[], [undefined], [null], [{}]].map((init) => t.eventSource(url, ...init).withCredentials);
    assert.deepEqual(values, [false, false, false, true]);
  } finally {
    delete Object.prototype.withCredentials;
  }
});

test("a URL that cannot be made a string throws", (t) => {
  const error = new Error("thrown by toString on purpose");
  const init = { get withCredentials() { return assert.fail("read"); } };
  const url = { toString() { throw error; } };
  assert.strictEqual(thrownBy(() => t.eventSource(url, init)), error);
  assert.instanceOf(thrownBy(() => t.eventSource(Symbol("url"), init)), TypeError);
  assert.instanceOf(thrownBy(() => t.eventSource(Object.create(null), init)), TypeError);
});

test("what the getter of withCredentials throws is thrown", (t) => {
  const error = new Error("thrown by a getter on purpose");
  const init = { get withCredentials() { throw error; } };
  assert.strictEqual(thrownBy(() => t.eventSource(`${t.origin}/silence`, init)), error);
});

test("the URL becomes a string first, then the init is read, then the URL is parsed", (t) => {
  const order = [];
  const url = { [Symbol.toPrimitive]: (hint) => `http://${order.push(hint) ? "" : "never"}` };
  const init = { get withCredentials() { return order.push("init"); } };
  assert.equal(thrownBy(() => t.eventSource(url, init)).name, "SyntaxError");
  assert.deepEqual(order, ["string", "init"]);
  assert.instanceOf(thrownBy(() => t.eventSource("http://", 1)), TypeError);
});

test("lone surrogates of a URL become U+FFFD", (t) => {
  const source = t.eventSource(`${t.origin}/silence?\uD800#\uDC00x`);
  assert.equal(source.url, `${t.origin}/silence?%EF%BF%BD#%EF%BF%BDx`);
});

test("a subclass makes sources of its own class", (t) => {
  class Own extends t.EventSource {
    get url() {
      return `own ${super.url}`;
    }
  }
  const source = new Own(`${t.origin}/silence`);
  source.close();
  assert.instanceOf(source, t.EventSource);
  assert.strictEqual(source.constructor, Own);
  assert.equal(source.url, `own ${t.origin}/silence`);
  assert.equal(Object.prototype.toString.call(source), "[object EventSource]");
});

test("another class may lend its prototype", (t) => {
  class Other {}
  const source = Reflect.construct(t.EventSource, [`${t.origin}/silence`], Other);
  assert.strictEqual(Object.getPrototypeOf(source), Other.prototype);
  Object.setPrototypeOf(source, t.EventSource.prototype);
  assert.equal(source.url, `${t.origin}/silence`);
  source.close();
});

test("where there is no prototype to lend, the source has that of EventSource", NONE_TO_LEND, (t) => {
  const without = function () {}.bind();
  const source = Reflect.construct(t.EventSource, [`${t.origin}/silence`], without);
  t.EventSource.prototype.close.call(source);
  assert.strictEqual(Object.getPrototypeOf(source).constructor, t.EventSource);
});
