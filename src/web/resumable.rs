//! [`Resumable`]: a request in whose place another one can be put.

use alloc::rc::Rc;
use alloc::string::String;
use core::cell::RefCell;

use super::options::RequestOptions;
use super::platform::Prepare;
use crate::error::Reason;

/// The request that a source sends next, while `resume` decides about each.
pub(crate) struct Resumable(RefCell<Rc<RequestOptions>>);

impl Resumable {
    pub(crate) fn new(options: RequestOptions) -> Rc<Self> {
        Rc::new(Self(RefCell::new(Rc::new(options))))
    }

    /// Those of the last request.
    pub(crate) fn options(&self) -> RequestOptions {
        (**self.0.borrow()).clone()
    }

    /// Puts another request in its place, if the platform would send that.
    pub(crate) fn set(&self, options: RequestOptions) -> Result<(), Reason> {
        options.check()?;
        self.0.replace(Rc::new(options));
        Ok(())
    }

    pub(crate) fn method(&self) -> String {
        self.0.borrow().method.clone().unwrap_or_else(|| "GET".into())
    }
}

/// What the driver in a browser asks of it.
#[cfg(all(target_arch = "wasm32", target_os = "unknown", not(feature = "ssr")))]
impl Resumable {
    pub(super) fn current(&self) -> Rc<RequestOptions> {
        Rc::clone(&self.0.borrow())
    }

    /// After a probe the same request may be sent again. Where `resume` decides about the next request, only a GET may.
    pub(super) fn is_get(&self) -> bool {
        self.method().eq_ignore_ascii_case("GET")
    }
}
