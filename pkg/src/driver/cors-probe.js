// Finds out why a request has failed, if CORS may have hidden the response.
import { originOf } from "./request.js";

/**
 * Asks the server so that CORS does not matter. From another origin any answer will do. From this origin only a redirect
 * says something: it may lead to another origin, or not be followed. Returns whether there is such an answer, or rejects.
 */
export async function probe(url, { withCredentials, request }, signal) {
  const crossesOrigins = globalThis.origin !== originOf(url);
  const { credentials = withCredentials ? "include" : "same-origin" } = request?.members ?? {};
  if (request?.fetch !== undefined) {
    return false;
  }
  const how = crossesOrigins ? { mode: "no-cors" } : { redirect: "manual" };
  const { type } = await globalThis.fetch(url, { cache: "no-store", credentials, signal, ...how });
  return crossesOrigins || type === "opaqueredirect";
}
