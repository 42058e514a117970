//! What happens around an event source: to its document, to the network, to the clock. One set of listeners on the global
//! object serves all sources of a realm; it is put there with the first of them and stays.

use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::Closure;

use super::sys::{self, GlobalEvent};
use super::url::member;

/// Whatever a source may want to know of.
#[derive(Debug, Clone, PartialEq)]
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
    id: u32,
}

/// A navigation breaks connections off before it hides the page. So long after its beginning may that take, in
/// milliseconds.
const LEAVING_TIME: u32 = 500;

thread_local! {
    /// A navigation has begun. Whether it will lead anywhere is not to be known.
    static LEAVING: Cell<bool> = const { Cell::new(false) };
    static WITNESSES: RefCell<Vec<(u32, Weak<dyn Witness>)>> = const { RefCell::new(Vec::new()) };
    /// 0 as long as there was no witness, and therefore no listener.
    static LAST_ID: Cell<u32> = const { Cell::new(0) };
}

/// Has the witness told of everything from now on.
pub(super) fn watch(witness: Weak<dyn Witness>) -> Watch {
    if LAST_ID.get() == 0 {
        listen();
    }
    let id = LAST_ID.get() + 1;
    LAST_ID.set(id);
    WITNESSES.with_borrow_mut(|witnesses| witnesses.push((id, witness)));
    Watch { id }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WITNESSES.with_borrow_mut(|witnesses| witnesses.retain(|(id, _)| *id != self.id));
    }
}

/// How many milliseconds to keep a failure back, so that what has caused it can be told before: that the page goes, or
/// that a policy blocks the request, each in a task of its own.
pub(super) fn time_to_tell() -> u32 {
    if LEAVING.get() { LEAVING_TIME } else { 0 }
}

/// Whether there is a [document that is hidden](https://html.spec.whatwg.org/multipage/interaction.html#dom-document-visibilitystate).
pub(super) fn is_hidden() -> bool {
    let state = member(&js_sys::global(), "document").and_then(|document| member(&document, "visibilityState"));
    state.is_some_and(|state| state == "hidden")
}

/// Puts the listeners on the global object, for good.
fn listen() {
    let listener = Closure::<dyn Fn(GlobalEvent)>::new(|event| {
        if let Ok(Some(happening)) = take_note(&event) {
            tell(&happening);
        }
    });
    for event_type in
        ["beforeunload", "pagehide", "pageshow", "online", "visibilitychange", "resume", "securitypolicyviolation"]
    {
        // Capturing, for `resume` does not bubble from the document. Node has none of this, a worker not all.
        let _ = sys::add_event_listener(event_type, &listener, true);
    }
    listener.forget();
}

fn take_note(event: &GlobalEvent) -> Result<Option<Happening>, JsValue> {
    Ok(match event.event_type()?.as_str() {
        "beforeunload" => {
            LEAVING.set(true);
            None
        }
        "pagehide" => Some(Happening::PageHidden),
        "pageshow" => {
            LEAVING.set(false);
            Some(Happening::PageShown)
        }
        "online" => Some(Happening::Online),
        "securitypolicyviolation" => blocked(event)?.map(Happening::Blocked),
        _ => Some(Happening::Awake),
    })
}

/// The URL whose request was blocked, not merely reported.
fn blocked(event: &GlobalEvent) -> Result<Option<String>, JsValue> {
    let enforced = event.disposition()?.as_deref() == Some("enforce");
    let of_a_request = event.effective_directive()?.as_deref() == Some("connect-src");
    Ok(if enforced && of_a_request { event.blocked_uri()? } else { None })
}

/// No borrow is held while a witness acts: it may make or drop others.
fn tell(happening: &Happening) {
    let witnesses: Vec<Rc<dyn Witness>> =
        WITNESSES.with_borrow(|witnesses| witnesses.iter().filter_map(|(_, witness)| witness.upgrade()).collect());
    for witness in witnesses {
        witness.witness(happening);
    }
}
