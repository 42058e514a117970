// How much memory WebAssembly has in this page. A browser's account of the heap may leave it out.

const memories = new Set();

function note(instance) {
  for (const exported of Object.values(instance.exports)) {
    if (exported instanceof WebAssembly.Memory) {
      memories.add(exported);
    }
  }
  return instance;
}

/** From now on what is instantiated is known. */
export function watchWebAssembly() {
  WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
    construct: (target, args) => note(Reflect.construct(target, args)),
  });
  for (const name of ["instantiate", "instantiateStreaming"]) {
    const original = WebAssembly[name];
    WebAssembly[name] = async (...args) => {
      const result = await original.apply(WebAssembly, args);
      note(result.instance ?? result);
      return result;
    };
  }
}

/** In bytes. */
export function webAssemblyMemory() {
  return [...memories].reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}
