// The package in CommonJS, beside the same package imported. Prints what is one and what is another as JSON.
const { readFileSync } = require("node:fs");
const { EventSource, stream, StreamError, init } = require("wasm-eventsource");
const external = require("wasm-eventsource/external");
const alone = require("wasm-eventsource/stream");
const others = ["js", "shared", "shared-worker"].map((entry) => require(`wasm-eventsource/${entry}`));

const [origin] = process.argv.slice(2);
const dist = "./node_modules/wasm-eventsource/dist";

async function main() {
  const { receive } = await import("./receive.js");
  const before = typeof globalThis.EventSource;
  require("wasm-eventsource/polyfill");
  const polyfilled = globalThis.EventSource === EventSource;
  globalThis.EventSource = class {};
  require("wasm-eventsource/polyfill/force");
  const forced = globalThis.EventSource === EventSource;
  const imported = await import("wasm-eventsource");
  // The copies that browsers may come to have of one package.
  const files = ["index.js", "external.js", "stream.js", "index.cjs", "stream.cjs"];
  const copies = await Promise.all(files.map((file) => import(`${dist}/${file}`)));
  copies[1].init({ wasm: readFileSync(`${__dirname}/${dist}/wasm-eventsource.wasm`) });
  const errors = [];
  for (const { stream } of copies) {
    errors.push(await stream(`${origin}/status/500`).next().catch((error) => error));
  }
  const known = copies.map(({ StreamError }) => errors.map((error) => error instanceof StreamError));
  class Own extends StreamError {}
  class OwnOfAnother extends copies[2].StreamError {}
  const strangers = [null, undefined, 1, "", {}, new Error("StreamError"), Object.create(Error.prototype)];
  return {
    names: [EventSource, StreamError, stream, alone.stream, external.init].map(({ name }) => name),
    namesOfErrors: errors.map(({ constructor }) => constructor.name),
    keys: [require("wasm-eventsource"), external, alone, ...others].map((exports) => Object.keys(exports).sort().join()),
    messages: await receive(EventSource, origin),
    globals: { before, polyfilled, forced },
    isOneClass: imported.EventSource === EventSource,
    isOneInCommonjs: external.EventSource === EventSource && init === external.init,
    known: known.flat().every(Boolean),
    othersKnown: strangers.map((value) => value instanceof StreamError),
    derived: [
      errors[0] instanceof Own,
      new Own("network", "") instanceof Own,
      new Own("network", "") instanceof OwnOfAnother,
      new OwnOfAnother("network", "") instanceof StreamError,
      new Own("network", "") instanceof Error,
    ],
    enumerable: Object.keys(errors[0]).sort(),
  };
}

main().then((outcome) => {
  process.stdout.write(JSON.stringify(outcome));
});
