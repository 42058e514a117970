// HTML §9.2, section by section. https://html.spec.whatwg.org/multipage/server-sent-events.html
// What browsers have of no standard (extensions, proposals) gets files of its own, after the sections.
import "./9.2.2-interface.js";
import "./9.2.2-close.js";
import "./9.2.3-processing-model.js";
import "./9.2.3-refusals.js";
import "./9.2.3-reconnecting.js";
import "./9.2.3-origins.js";
import "./9.2.4-last-event-id.js";
import "./9.2.5-parsing.js";
import "./9.2.6-interpretation.js";
import "./9.2.6-microtasks.js";
import "./traces.js";
import "./proposal-from-readable-stream.js";
