// `bearer()`: headers with a token, and a new token after a 401, for any number of sources and streams.
import { isGiven, isObject, readFunction } from "../event-source/idl.js";

const UNAUTHORIZED = 401;

/**
 * The `headers` and the `retryIf` of requests that carry a token. All requests that get these two functions share the token, and
 * a refresh of it.
 */
export function bearer(options) {
  const { token, refresh } = readOptions(options);
  /** What each attempt has sent, by the object that names the attempt. */
  const sent = new WeakMap();
  /** Takes the place of what `token` gives, as long as it gives `outdated`. */
  let refreshed;
  let outdated;
  /** The refresh that is under way. All that need one wait for it. */
  let refreshing;

  /** What `token` gives now, and the token to send. */
  const look = async () => {
    const given = (typeof token === "function" ? await token() : token) ?? undefined;
    return { given, current: given === outdated ? refreshed : readToken("token", given) };
  };

  const renew = (given) => {
    refreshing ??= (async () => {
      try {
        // Not at once: whatever `refresh` throws, `refreshing` is set by then.
        await undefined;
        refreshed = readToken("refresh", await refresh());
        outdated = given;
      } finally {
        refreshing = undefined;
      }
    })();
    return refreshing;
  };

  return {
    async headers(attempt) {
      if (!isObject(attempt)) {
        throw new TypeError("bearer: pass on the argument: async (attempt) => ({ ...(await auth.headers(attempt)) }).");
      }
      // If it fails, those that need it are told.
      await refreshing?.catch(() => {});
      let { given, current } = await look();
      if (current === undefined) {
        await renew(given);
        current = refreshed;
      }
      sent.set(attempt, current);
      return { Authorization: `Bearer ${current}` };
    },

    async retryIf({ status, attempt }) {
      // Without a token of ours, or with one that was just replaced after a 401, the server has its reasons.
      if (status !== UNAUTHORIZED || !sent.has(attempt) || attempt.refusedWith === UNAUTHORIZED) {
        return false;
      }
      const { given, current } = await look();
      if (current === sent.get(attempt)) {
        await renew(given);
      }
      return { delay: 0 };
    },
  };
}

function readOptions(options) {
  if (!isObject(options)) {
    throw new TypeError("bearer: it needs an object such as { token, refresh }.");
  }
  const { token } = options;
  const refresh = readFunction("bearer: refresh", options.refresh);
  if (refresh === undefined) {
    throw new TypeError("bearer: refresh must be a function that resolves with a new token.");
  }
  return { token: isGiven(token) && typeof token !== "function" ? readToken("token", token) : token, refresh };
}

/** The message does not repeat the value, which may be secret. */
function readToken(name, token) {
  if (typeof token !== "string" || token === "") {
    throw new TypeError(`bearer: ${name} must give a string that is not empty.`);
  }
  return token;
}
