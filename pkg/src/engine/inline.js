// The engine inside the script, compiled at the first `new EventSource()`.
import { checksum, shift, wasm } from "../../../target/npm/engine.wasm";
import { decode, moduleOf } from "./engine.js";
import { javascriptInstead, load } from "./loading.js";
import { isModule } from "./webassembly.js";

/** The sum is kept to so many bits. */
const MASK = 2 ** 29 - 1;

/** Nothing happens on import, so that a page that never connects pays for no compilation. */
export const loadEngine = () => load(compile);

/** For a platform that compiles no bytes. All else that `./external` would need is not needed here, in whose place this entry may be. */
export const take = (wasm) => (isModule(wasm) ? () => moduleOf(new WebAssembly.Instance(wasm)) : undefined);

function compile() {
  const bytes = decoded(wasm());
  try {
    return moduleOf(new WebAssembly.Instance(new WebAssembly.Module(bytes)));
  } catch (error) {
    // A limit on what a window compiles while it waits, as older Chromiums have one of 4 KB.
    if (error instanceof RangeError) {
      return WebAssembly.instantiate(bytes).then(({ instance }) => moduleOf(instance), javascriptInstead);
    }
    // The bytes are right, so it is WebAssembly, or a part of it.
    return javascriptInstead(error);
  }
}

/** The bytes of the module. In a loop, which is the fastest for code that runs once. */
function decoded(text, isReread) {
  const bytes = new Uint8Array(text.length);
  let sum = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    const code = text.charCodeAt(index);
    bytes[index] = code - shift;
    // No larger than what engines keep without an object.
    sum = (sum + code * ((index & 127) + 1)) & MASK;
  }
  if (sum === checksum) {
    return bytes;
  }
  // A text that is not shifted is in ASCII.
  if (isReread || shift === 0) {
    // Read in another encoding, a character is another byte, and WebAssembly would complain of something else.
    throw new Error('this script was not read as UTF-8, or changed: see <meta charset="utf-8">');
  }
  return decoded(reread(text), true);
}

/** The text of a script that was read in the page's encoding and is UTF-8. It is lost unless that has one character for each byte. */
function reread(text) {
  const characters = new TextDecoder(globalThis.document?.characterSet).decode(new Uint8Array(256).map((_, byte) => byte));
  return decode(Uint8Array.from(text, (character) => characters.indexOf(character)));
}
