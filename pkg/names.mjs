// How properties are called in the bundles.
import { EXPORTS } from "./engine.mjs";

/**
 * The names by which the files of `src` know each other's properties. They become as short as those of the module's exports. None may
 * be here that a platform, an option or a page knows.
 */
const INTERNAL = [
  ...["adopt", "broken", "callRoll", "chunk", "closeWhenHidden", "command", "contentType", "deliver", "eventBytes"],
  ...["eventType", "failed", "failure", "fault", "free", "groupOf", "handIn", "head", "hear", "holdsBack", "invoke"],
  ...["isAsked", "isBound", "isClosed", "isConnected", "isDenied", "isDone", "isEmpty", "isFinal", "isHeld", "isOver"],
  ...["isReadable", "isSubscribed", "isTemporary", "leave", "left", "letGo", "letGoOfCandidate", "listener", "loop", "lost", "members"],
  ...["numberOf", "opened", "pageHidden", "pageShown", "parameter", "places", "postToAll", "probe", "promoteCandidate", "pull", "reached"],
  ...["readAhead", "reader", "receive", "refusal", "refused", "requestBlocked", "requestCandidate", "requestId", "resign", "retryAfter"],
  ...["sent", "settle", "suspended", "take", "takeReader", "textOf", "unsubscribe", "verified", "visibilityChanged", "waits"],
  ...["wake", "watchPage"],
];

/** The names that are shortened. */
export const SHORTENED = new RegExp(`${EXPORTS.source}|^(${INTERNAL.join("|")})$`);
