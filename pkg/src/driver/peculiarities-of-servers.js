// Where the `fetch` of a platform of servers is not the standard's, as in workerd. Nothing goes by its name: whatever it has come to do
// as the standard has it is left alone.

/** Members of a request without which a server does as well: they are for a browser's cache, cookies and origins. */
const DISPENSABLE = ["cache", "credentials", "mode"];

export const peculiarities = {
  /**
   * A copy of the request's members as the platform takes them. workerd throws a TypeError for some; for which ones depends on the date
   * to which an application says that it is compatible.
   */
  adapted(init) {
    const adapted = { ...init };
    for (const name of DISPENSABLE) {
      if (!isTaken(name, init[name])) {
        delete adapted[name];
      }
    }
    if (init.redirect === "error" && !isTaken("redirect", "error")) {
      // That follows none, either: a redirect is a response whose status opens no stream.
      adapted.redirect = "manual";
    }
    return adapted;
  },

  /** Whether headers are texts, of which the platform sends the UTF-8. By the standard they are bytes, and no more than U+00FF. */
  sendsTexts() {
    try {
      new Headers({ "Last-Event-ID": "\u20ac" });
      return true;
    } catch {
      return false;
    }
  },
};

function isTaken(name, value) {
  try {
    new Request("https://localhost/", { [name]: value });
    return true;
  } catch {
    return false;
  }
}
