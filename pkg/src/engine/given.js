// `wasm-eventsource/external`: the module from what `init` was given, or from the file beside the script.
import { baseUrl } from "../driver/request.js";
import { isObject } from "../event-source/idl.js";
import { moduleOf } from "./engine.js";
import { initError, javascriptInstead } from "./loading.js";
import { canInstantiate, isModule } from "./webassembly.js";

/** Statuses of a server that cannot answer now. Those from 500 on are, too. */
const TEMPORARY = [408, 429];

const ADVICE = "copy wasm-eventsource.wasm there, or say with init({ wasm }) where it is";

/** Of a URL, a promise, a response, bytes. Not `instanceof`: a page may have a Response or a Promise of its own. */
const MEMBERS = ["href", "then", "arrayBuffer", "byteLength"];

/** How to get the module that `init` was given: a URL, a response, bytes, a compiled module, or a promise of one. */
export function take(given) {
  const wasm = checked(given);
  // The sources hear of it, if there are any.
  wasm.then?.(undefined, () => {});
  return () => fromGiven(wasm);
}

/** What was handed over, or what a promise of it has come to. A string is a URL. */
function checked(value) {
  const wasm = typeof value === "string" ? parsed(value) : value;
  if (!isObject(wasm) || !(isModule(wasm) || MEMBERS.some((name) => name in wasm))) {
    throw initError("wasm must be a URL, a Response, bytes, a Module, or a promise", TypeError);
  }
  return wasm;
}

/** Now, for what it is relative to may change. Undefined if it is invalid. */
function parsed(url) {
  try {
    return new URL(url, baseUrl());
  } catch {
    return undefined;
  }
}

/** The engine's module. */
export async function fromGiven(given) {
  const wasm = checked(await given);
  // Before it is downloaded in vain.
  if (!isModule(wasm) && !canInstantiate()) {
    return javascriptInstead();
  }
  const place = wasm.href ?? wasm.url ?? "what init({ wasm }) was given";
  const code = wasm.href !== undefined ? await download(wasm.href) : "arrayBuffer" in wasm ? await read(wasm, place) : wasm;
  try {
    const made = await WebAssembly.instantiate(code);
    // Of a module it is the instance itself.
    return moduleOf(made.instance ?? made);
  } catch (error) {
    throw new Error(`${place} is damaged, or not wasm-eventsource.wasm: ${error}`, { cause: error });
  }
}

/** Fails for this attempt alone where the network is the cause, or the server cannot answer now. */
async function download(url) {
  let response;
  try {
    response = await fetch(url);
    if (response.ok) {
      return await read(response, url);
    }
  } catch (error) {
    throw error.isFinal ? error : temporary(`${url} could not be downloaded: ${error}`, error);
  }
  const { status } = response;
  if (status >= 500 || TEMPORARY.includes(status)) {
    throw temporary(`the response to ${url} has status ${status}`);
  }
  return read(response, url);
}

/** The bytes of a response that should have the module. */
function read(response, url) {
  const { ok = true, status, headers } = response;
  const isPage = /^text\/html\b/i.test(headers?.get("Content-Type"));
  if (!ok || isPage) {
    const what = ok ? "is a page (text/html) and no WebAssembly" : `has status ${status}`;
    throw Object.assign(new Error(`the response to ${url} ${what}: ${ADVICE}`), { isFinal: true });
  }
  return response.arrayBuffer();
}

/** Another attempt may succeed. */
function temporary(message, cause) {
  return Object.assign(new Error(message, { cause }), { isTemporary: true });
}
