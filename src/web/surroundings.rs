//! What happens around an event source: to its document, to the network, to the clock. Each source has a listener of its
//! own on the global object: a list of them all would take a `thread_local!`, and with it the standard library.

use alloc::rc::Weak;
use alloc::string::String;
use core::sync::atomic::{AtomicBool, Ordering};

use wasm_bindgen::JsValue;

use super::promise::Callback;
use super::sys;
use super::url::{global_text, text};

/// Whatever a source may want to know of.
#[derive(Debug)]
pub(super) enum Happening {
    /// The document goes: into the [back/forward cache][cache], or for good.
    ///
    /// [cache]: https://html.spec.whatwg.org/multipage/document-lifecycle.html#note-bfcache
    PageHidden,
    /// The document is there, or is there again.
    PageShown,
    /// There is a network again.
    Online,
    /// The tab is hidden or shown, or no longer frozen: timers may have been asleep, and it may be hidden now.
    Awake,
    /// The page's policy has blocked a request to this URL.
    Blocked(String),
}

/// Who is told of happenings.
pub(super) trait Witness {
    fn witness(&self, happening: &Happening);
}

/// Telling a witness; dropping it ends that.
#[derive(Debug)]
pub(super) struct Watch {
    listener: Callback,
}

/// A navigation breaks connections off before it hides the page. So long after its beginning may that take, in
/// milliseconds.
const LEAVING_TIME: u32 = 500;

/// A navigation has begun. Whether it will lead anywhere is not to be known.
static LEAVING: AtomicBool = AtomicBool::new(false);

/// What an event is about.
#[derive(Clone, Copy)]
enum Kind {
    Leaving,
    Hidden,
    Shown,
    Online,
    Awake,
    Violation,
}

const EVENT_TYPES: [(&str, Kind); 7] = [
    ("beforeunload", Kind::Leaving),
    ("pagehide", Kind::Hidden),
    ("pageshow", Kind::Shown),
    ("online", Kind::Online),
    ("visibilitychange", Kind::Awake),
    ("resume", Kind::Awake),
    ("securitypolicyviolation", Kind::Violation),
];

/// Has the witness told of everything from now on.
pub(super) fn watch(witness: Weak<dyn Witness>) -> Watch {
    let listener = Callback::new(move |event: JsValue| {
        if let (Some(happening), Some(witness)) = (take_note(&event), witness.upgrade()) {
            witness.witness(&happening);
        }
    });
    for (event_type, _) in &EVENT_TYPES {
        // Capturing, for `resume` does not bubble from the document. Node has none of this, a worker not all.
        let _ = sys::add_event_listener(event_type, &listener, true);
    }
    Watch { listener }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for (event_type, _) in &EVENT_TYPES {
            let _ = sys::remove_event_listener(event_type, &self.listener, true);
        }
    }
}

/// How many milliseconds to keep a failure back, so that what has caused it can be told before: that the page goes, or
/// that a policy blocks the request, each in a task of its own.
pub(super) fn time_to_tell() -> u32 {
    if LEAVING.load(Ordering::Relaxed) { LEAVING_TIME } else { 0 }
}

/// Whether there is a [document that is hidden](https://html.spec.whatwg.org/multipage/interaction.html#dom-document-visibilitystate).
pub(super) fn is_hidden() -> bool {
    global_text(&["document", "visibilityState"]).is_some_and(|state| state == "hidden")
}

fn take_note(event: &JsValue) -> Option<Happening> {
    let event_type = text(event, "type")?;
    let (_, kind) = EVENT_TYPES.iter().find(|(known, _)| *known == event_type)?;
    match kind {
        Kind::Leaving => {
            LEAVING.store(true, Ordering::Relaxed);
            None
        }
        Kind::Hidden => {
            LEAVING.store(false, Ordering::Relaxed);
            Some(Happening::PageHidden)
        }
        Kind::Shown => Some(Happening::PageShown),
        Kind::Online => Some(Happening::Online),
        Kind::Awake => Some(Happening::Awake),
        Kind::Violation => blocked(event).map(Happening::Blocked),
    }
}

/// The URL whose request was blocked, not merely reported.
fn blocked(event: &JsValue) -> Option<String> {
    let enforced = text(event, "disposition")? == "enforce";
    let of_a_request = text(event, "effectiveDirective")? == "connect-src";
    if enforced && of_a_request { text(event, "blockedURI") } else { None }
}
