// What importing the package does where pages are rendered on a server: nothing at all.
const before = Reflect.ownKeys(globalThis);
const compiled = [];
for (const name of ["Module", "Instance", "compile", "instantiate"]) {
  const original = WebAssembly[name];
  WebAssembly[name] = new Proxy(original, {
    apply: (...call) => (compiled.push(name), Reflect.apply(...call)),
    construct: (...call) => (compiled.push(name), Reflect.construct(...call)),
  });
}
const { EventSource } = await import("wasm-eventsource");
const external = await import("wasm-eventsource/external");
const after = Reflect.ownKeys(globalThis);
const outcome = {
  globals: after.filter((key) => !before.includes(key)).map(String),
  compiled: [...compiled],
  oneClass: external.EventSource === EventSource,
};
// The counters do count.
const source = new EventSource("http://127.0.0.1:1/");
source.close();
console.log(JSON.stringify({ ...outcome, compiledAtTheFirstSource: compiled.length > 0 }));
