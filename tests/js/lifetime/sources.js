// What the runner calls, in a page or in Node. `Source` is the class under test, `note` writes down what has happened.

/** Writes down what has happened, where it survives a navigation: in the page that follows it is still there. */
globalThis.note = (text) => sessionStorage.setItem("notes", JSON.stringify([...notes(), text]));

globalThis.notes = () => JSON.parse(sessionStorage.getItem("notes") ?? "[]");

/** A source with listeners that keeps nothing alive: neither a variable nor a listener refers to it. */
globalThis.begin = (url, name = "", types = ["open", "message", "error"], init = undefined) => {
  const source = new Source(url, init);
  for (const type of types) {
    source.addEventListener(type, (event) => note(name + type + (event.data ?? "")));
  }
  return source;
};

/** The same, with options, and kept. A global of a WebDriver's script is not one of the page everywhere. */
globalThis.beginAndKeep = (url, init) => {
  globalThis.kept = begin(url, "", undefined, init);
};

globalThis.collected = [];
const registry = new FinalizationRegistry((name) => collected.push(name));

/** The same, closed at its first event of this type, or at once; its name tells when it is collected. */
globalThis.beginAndClose = (url, name, type) => {
  const source = begin(url, `${name} `);
  registry.register(source, name);
  if (type === undefined) {
    source.close();
  } else {
    source.addEventListener(type, (event) => event.target.close());
  }
};
