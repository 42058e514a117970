//! The URL of the next request of a source.

use alloc::string::String;
use core::cell::{Cell, RefCell};

/// The source's URL, or the URL to which a redirect led: "reestablish the connection" fetches the same request again, and a
/// redirect has changed its [current URL][current]. A request that `is_bound` carries something meant for one origin only. It
/// always goes to the source's URL.
///
/// This departs from the standard: if a request does not lead to an event stream, the next one goes to the source's URL again,
/// because the place where the redirect led may be gone. A program cannot find out whether a redirect was permanent.
///
/// [current]: https://fetch.spec.whatwg.org/#concept-request-current-url
#[derive(Debug)]
pub(super) struct Target {
    pub(super) url: String,
    is_bound: bool,
    current: RefCell<String>,
    /// The last request was answered by an event stream.
    is_reached: Cell<bool>,
}

impl Target {
    pub(super) fn new(url: String, is_bound: bool) -> Self {
        Self { current: RefCell::new(url.clone()), url, is_bound, is_reached: Cell::new(true) }
    }

    pub(super) fn current(&self) -> String {
        self.current.borrow().clone()
    }

    /// A request is sent.
    pub(super) fn sent(&self) {
        self.is_reached.set(false);
    }

    /// The request has led to an event stream, at this URL if there was a redirect.
    pub(super) fn reached(&self, redirect: Option<&String>) {
        self.is_reached.set(true);
        if let Some(url) = redirect.filter(|_| !self.is_bound) {
            self.current.replace(url.clone());
        }
    }

    /// The next requests go to this URL. The target must be bound: then no redirect changes it.
    pub(super) fn go_to(&self, url: String) {
        debug_assert!(self.is_bound);
        self.current.replace(url);
    }

    /// The request or its response is over.
    pub(super) fn left(&self) {
        if !self.is_reached.get() && !self.is_bound {
            self.current.replace(self.url.clone());
        }
    }
}
