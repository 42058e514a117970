//! Where the requests of a source go.

use alloc::string::String;
use core::cell::{Cell, RefCell};

/// They go to the URL, or to where a redirect of it led. "Reestablish the connection" fetches the same request again, and a redirect
/// has changed its [current URL][current]. What a user has given for one origin is not meant for another, so a request that
/// `is_bound` always goes to the URL.
///
/// This departs from the standard: if a request leads to no event stream, the next one goes to the URL again, because the place where
/// the redirect led may be gone for good. Nothing tells whether the redirect was a permanent one.
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

    /// The request has led to an event stream, by a redirect to there if there was one.
    pub(super) fn reached(&self, redirect: Option<&String>) {
        self.is_reached.set(true);
        if let Some(url) = redirect.filter(|_| !self.is_bound) {
            self.current.replace(url.clone());
        }
    }

    /// The request, or what it led to, is over.
    pub(super) fn left(&self) {
        if !self.is_reached.get() {
            self.current.replace(self.url.clone());
        }
    }
}
