// Finds out why a request has failed, if CORS may have hidden the response.
import { originOf } from "./request.js";

/**
 * Asks the server so that CORS does not matter. From another origin any answer will do. From this origin only a redirect
 * says something: it may lead to another origin, or not be followed. Rejects where there is no such answer, and where nothing is to be found out.
 */
export async function probe(url, { withCredentials, request }, signal) {
  const crossesOrigins = globalThis.origin !== originOf(url);
  const { credentials = withCredentials ? "include" : "same-origin" } = request?.members ?? {};
  if (request?.fetch !== undefined) {
    throw new TypeError("there is nothing to find out");
  }
  const how = crossesOrigins ? { mode: "no-cors" } : { redirect: "manual" };
  const { type } = await globalThis.fetch(url, { cache: "no-store", credentials, signal, ...how });
  if (!crossesOrigins && type !== "opaqueredirect") {
    throw new TypeError("there is a server, but no redirect");
  }
}
