import type { AttemptInit, Refusal } from "./index.js";

/** The options of {@link bearer}. */
export interface BearerInit {
  /**
   * The token to begin with, or a function that returns the present one. Defaults to none: `refresh` is called before the first request.
   *
   * The function is called before each request. As long as it returns a token that was refreshed, the new token is sent instead.
   */
  token?: string | null | (() => string | null | undefined | Promise<string | null | undefined>);
  /** A function that resolves with a new token. It is called when the server answers with a 401. */
  refresh: () => string | Promise<string>;
}

/** What {@link bearer} returns, for the options of a source or of `stream()`. */
export interface Bearer {
  headers(attempt: AttemptInit): Promise<{ Authorization: string }>;
  retryIf(refusal: Refusal): Promise<false | { delay: number }>;
}

/**
 * Sends a token with each request, and gets a new one after a 401. It works with every entry of the package.
 *
 * Call it once, and spread what it returns into the options of all sources and streams that use the token. They share a refresh: it is
 * called once, however many of them were refused. Then each sends its request again at once. If the new token is refused too, or the
 * refresh fails, the source is CLOSED, and `stream()` throws. The exception of a refresh is the error's `cause`.
 *
 * ```js
 * import { EventSource } from "wasm-eventsource";
 * import { bearer } from "wasm-eventsource/bearer";
 *
 * const auth = bearer({ token: () => session.token, refresh: () => session.refresh() });
 * const source = new EventSource("/events", { ...auth });
 * ```
 *
 * @throws {TypeError} if `refresh` is not a function, or `token` is neither a string nor a function
 */
export declare function bearer(options: BearerInit): Bearer;
