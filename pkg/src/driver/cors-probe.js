// Finds out whether CORS has hidden the response of a request that failed.
import { originOf } from "./request.js";

/**
 * Sends a request to which CORS does not apply. From another origin, every answer counts. From this origin only a redirect counts:
 * it may lead to another origin, or may not be followed. Returns whether such an answer came, or rejects.
 */
export async function probe(url, { withCredentials, request }, signal) {
  const crossesOrigins = globalThis.origin !== originOf(url);
  const { credentials = withCredentials ? "include" : "same-origin", mode, redirect, ...members } = request?.members ?? {};
  if (request?.fetch !== undefined) {
    return false;
  }
  const how = crossesOrigins ? { mode: "no-cors" } : { redirect: "manual" };
  const { type } = await globalThis.fetch(url, { ...members, cache: "no-store", credentials, signal, ...how });
  return crossesOrigins || type === "opaqueredirect";
}
