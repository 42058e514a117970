// HTML §9.2, section by section. https://html.spec.whatwg.org/multipage/server-sent-events.html
// What browsers have of no standard (extensions, proposals) gets files of its own, after the sections.
import "./9.2.2-interface.js";
import "./9.2.2-idl.js";
import "./9.2.2-handlers.js";
import "./9.2.2-close.js";
import "./9.2.3-processing-model.js";
import "./9.2.3-refusals.js";
import "./9.2.3-reconnecting.js";
import "./9.2.3-reconnection-time.js";
import "./9.2.3-origins.js";
import "./9.2.3-documents.js";
import "./9.2.3-redirects.js";
import "./9.2.3-cors.js";
import "./9.2.3-policy.js";
import "./9.2.3-urls.js";
import "./9.2.4-last-event-id.js";
import "./9.2.5-parsing.js";
import "./9.2.5-large.js";
import "./9.2.6-interpretation.js";
import "./9.2.6-events.js";
import "./9.2.6-listeners.js";
import "./9.2.6-microtasks.js";
import "./traces.js";
import "./scopes-at-once.js";
import "./proposal-from-readable-stream.js";
import "./extension-reconnecting.js";
