//! [`Accept`]: the user's word that a response is an event stream.

use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;

use super::platform;
#[cfg(feature = "testing")]
use crate::connection::ResponseHead;
use crate::error::Refusal;

/// What the response counts as, if the user accepts it.
#[cfg(feature = "testing")]
pub(crate) const ANNOUNCING: ResponseHead<'static> =
    ResponseHead { status: 200, content_type: Some("text/event-stream"), retry_after: None };

/// A response that the standard refuses: the argument of [`Builder::accept`](crate::Builder::accept).
///
/// ```
/// use wasm_eventsource::{Refusal, ResponseToAccept};
///
/// fn is_fine(response: &ResponseToAccept) -> bool {
///     response.status() == 201
/// }
/// // For tests of such a function.
/// assert!(is_fine(&Refusal::new(201, Vec::new(), String::new()).into()));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ResponseToAccept(Refusal);

impl ResponseToAccept {
    /// The status code.
    pub fn status(&self) -> u16 {
        self.0.status()
    }

    /// The headers, with their names in lower case. From another origin, only those that the response exposes
    /// (`Access-Control-Expose-Headers`).
    pub fn headers(&self) -> &[(String, String)] {
        self.0.headers()
    }

    /// The value of the header with this name, in upper or lower case. `None` if there is none.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    /// The URL of the response, after redirects. `None` if the response has none, because a service worker or a test has made it.
    pub fn url(&self) -> Option<&str> {
        self.0.url()
    }

    /// Whether a redirect has led there: to a login page, for example.
    pub fn is_redirected(&self) -> bool {
        self.0.is_redirected()
    }
}

impl From<Refusal> for ResponseToAccept {
    /// Without the body, which is not read before the response is accepted.
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl fmt::Debug for ResponseToAccept {
    /// Without headers: secrets must not get into logs by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseToAccept").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// Decides whether a response that the standard refuses is read as an event stream.
#[derive(Clone)]
#[cfg_attr(
    not(any(feature = "testing", all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))),
    expect(dead_code, reason = "there are no responses")
)]
pub struct Accept(Rc<dyn Judge>);

/// Only programs with such a function contain the code that asks it.
trait Judge {
    /// Whether the user accepts this response.
    #[cfg(feature = "testing")]
    fn accepts(&self, response: &ResponseToAccept) -> bool;
    /// If the standard refuses this response and the user accepts it, it counts as an event stream from now on.
    #[cfg_attr(
        not(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr"))),
        expect(dead_code, reason = "there are no responses")
    )]
    fn judge(&self, head: &mut platform::Head);
}

impl<F: Fn(&ResponseToAccept) -> bool> Judge for F {
    #[cfg(feature = "testing")]
    fn accepts(&self, response: &ResponseToAccept) -> bool {
        self(response)
    }

    fn judge(&self, head: &mut platform::Head) {
        if let Some(response) = head.refused() {
            if self(&response.into()) {
                head.announce();
            }
        }
    }
}

impl Accept {
    /// Calls this function for each such response.
    pub fn new(accept: impl Fn(&ResponseToAccept) -> bool + 'static) -> Self {
        Self(Rc::new(accept))
    }

    #[cfg(feature = "testing")]
    pub(crate) fn accepts(&self, response: Refusal) -> bool {
        self.0.accepts(&response.into())
    }

    #[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
    pub(super) fn judge(&self, head: &mut platform::Head) {
        self.0.judge(head);
    }
}

impl fmt::Debug for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accept").finish_non_exhaustive()
    }
}
