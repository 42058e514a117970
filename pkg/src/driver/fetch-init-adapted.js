// The members of a request that a platform of servers may not know. workerd refuses some of them with a TypeError, which ones depends on
// the day that an application names for its compatibility.

/** Of no use without a browser's cookies, origins and cache. */
const DISPENSABLE = ["cache", "credentials", "mode"];

/** Returns a copy with what the platform takes. */
export function adaptInit(init) {
  const adapted = { ...init };
  for (const name of DISPENSABLE) {
    if (!isTaken(name, init[name])) {
      delete adapted[name];
    }
  }
  if (init.redirect === "error" && !isTaken("redirect", "error")) {
    // It is not followed either. Its status is no 200, and is told.
    adapted.redirect = "manual";
  }
  return adapted;
}

function isTaken(name, value) {
  try {
    new Request("https://localhost/", { [name]: value });
    return true;
  } catch {
    return false;
  }
}
