//! Events of the page that concern a connection: the document goes away or comes back, the network is back, a policy has blocked a
//! request.
//!
//! Each source has its own listeners on the global object. One list of all sources would have to handle a source that drops others
//! while the list is walked. The platform does that already: it does not call a listener that was removed.

use alloc::string::String;
use core::cell::Cell;

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsValue;

use super::sys::{self, Callback};
use super::timer::Sleep;
use super::url::{global_text, text};

/// An event that a source hears about.
#[derive(Debug)]
pub(super) enum PageEvent {
    /// The document goes away: into the [back/forward cache][cache], or for good.
    ///
    /// [cache]: https://html.spec.whatwg.org/multipage/document-lifecycle.html#note-bfcache
    PageHidden,
    /// The document is there, or is there again.
    PageShown,
    /// The network is back.
    Online,
    /// The tab was hidden, shown or unfrozen. Timers may have been asleep, and it may be hidden now.
    Awake,
    /// The page's policy has blocked a request to this URL.
    Blocked(String),
}

/// The listeners of one source. Dropping this removes them.
#[derive(Debug)]
pub(super) struct PageListener {
    callback: Callback,
}

/// A navigation may break connections off before it hides the page. A failure then waits this long to be reported, in milliseconds.
const LEAVING_TIME: u32 = 500;

/// How long after its beginning a navigation may be the cause of a failure, in milliseconds. Engines that break connections off
/// before `pagehide` do it at once.
const BREAKING_TIME: u32 = 1000;

std::thread_local! {
    /// Ends that time. A navigation may lead nowhere: it is cancelled, or turns out to be a download.
    static LEAVING: Cell<Option<Timeout>> = const { Cell::new(None) };
}

fn begin_leaving() {
    let end = || LEAVING.set(None);
    // No task runs while the browser asks the user whether to leave. So the time begins after the answer.
    LEAVING.set(Some(Timeout::new(0, move || LEAVING.set(Some(Timeout::new(BREAKING_TIME, end))))));
}

fn is_leaving() -> bool {
    let leaving = LEAVING.take();
    let is_leaving = leaving.is_some();
    LEAVING.set(leaving);
    is_leaving
}

/// Which event this is.
#[derive(Clone, Copy)]
enum Kind {
    Leaving,
    Hidden,
    Shown,
    Online,
    Awake,
    Violation,
}

const EVENT_TYPES: [(&str, Kind); 8] = [
    ("beforeunload", Kind::Leaving),
    ("pagehide", Kind::Hidden),
    ("pageshow", Kind::Shown),
    ("online", Kind::Online),
    ("visibilitychange", Kind::Awake),
    ("resume", Kind::Awake),
    ("prerenderingchange", Kind::Awake),
    ("securitypolicyviolation", Kind::Violation),
];

impl PageListener {
    /// Calls `on_event` for each event of the page from now on.
    pub(super) fn new(on_event: impl Fn(&PageEvent) + 'static) -> Self {
        let callback = Callback::new(move |event: JsValue| {
            if let Some(event) = take_note(&event) {
                on_event(&event);
            }
        });
        for (event_type, _) in &EVENT_TYPES {
            // Capturing, because `resume` does not bubble from the document. Node has no such function; a worker does not
            // fire all of these.
            let _ = sys::add_event_listener(event_type, &callback, true);
        }
        Self { callback }
    }
}

impl Drop for PageListener {
    fn drop(&mut self) {
        for (event_type, _) in &EVENT_TYPES {
            let _ = sys::remove_event_listener(event_type, &self.callback, true);
        }
    }
}

/// The listener for the [freezing][freeze] of the document. Its [`resume`](PageEvent::Awake) is heard by the other one.
///
/// [freeze]: https://wicg.github.io/page-lifecycle/#sec-freeze-and-resume
#[cfg(feature = "sharing")]
#[derive(Debug)]
pub(super) struct FreezeListener {
    callback: Callback,
}

#[cfg(feature = "sharing")]
impl FreezeListener {
    /// Calls `on_freeze` before the document is frozen.
    pub(super) fn new(on_freeze: impl Fn() + 'static) -> Self {
        let callback = Callback::new(move |_| on_freeze());
        let _ = sys::add_event_listener("freeze", &callback, true);
        Self { callback }
    }
}

#[cfg(feature = "sharing")]
impl Drop for FreezeListener {
    fn drop(&mut self) {
        let _ = sys::remove_event_listener("freeze", &self.callback, true);
    }
}

/// Waits until a failure may be reported. Its cause comes in a task of its own and must be known first: the document goes away, or
/// a policy has blocked the request.
pub(super) fn told_first() -> Sleep {
    Sleep::new(if is_leaving() { LEAVING_TIME } else { 0 })
}

/// Whether there is a [document that is hidden](https://html.spec.whatwg.org/multipage/interaction.html#dom-document-visibilitystate).
pub(super) fn is_hidden() -> bool {
    global_text(&["document", "visibilityState"]).is_some_and(|state| state == "hidden")
}

/// Whether there is a document that is [prerendered](https://wicg.github.io/nav-speculation/prerendering.html): the user has not come
/// to it yet, and may never.
pub(super) fn is_prerendering() -> bool {
    let document = sys::global().and_then(|global| sys::get(&global, "document"));
    document.and_then(|document| sys::get(&document, "prerendering")).is_ok_and(|prerendering| prerendering == true)
}

fn take_note(event: &JsValue) -> Option<PageEvent> {
    let event_type = text(event, "type")?;
    let (_, kind) = EVENT_TYPES.iter().find(|(known, _)| *known == event_type)?;
    match kind {
        Kind::Leaving => {
            begin_leaving();
            None
        }
        Kind::Hidden => {
            LEAVING.set(None);
            Some(PageEvent::PageHidden)
        }
        Kind::Shown => Some(PageEvent::PageShown),
        Kind::Online => Some(PageEvent::Online),
        Kind::Awake => Some(PageEvent::Awake),
        Kind::Violation => blocked(event).map(PageEvent::Blocked),
    }
}

/// The URL of the request that was blocked. `None` if it was only reported.
fn blocked(event: &JsValue) -> Option<String> {
    let enforced = text(event, "disposition")? == "enforce";
    let of_a_request = text(event, "effectiveDirective")? == "connect-src";
    if enforced && of_a_request { text(event, "blockedURI") } else { None }
}
