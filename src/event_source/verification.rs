//! [`Verification`]: the future of [`EventSource::verify`](crate::EventSource::verify).

use alloc::rc::Rc;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::hub::Hub;
use super::waiting::Key;
use crate::connection::ReadyState;
use crate::engine::Verify;
use crate::error::{Error, Reason};

/// The future of [`EventSource::verify`](crate::EventSource::verify). If you drop it, the check continues, as long as you
/// poll the source or one of its streams.
pub struct Verification {
    hub: Rc<Hub>,
    key: Key,
    /// How many answers there were before.
    answers: u64,
    is_possible: bool,
}

impl Verification {
    pub(super) fn new(hub: &Rc<Hub>, how: Verify) -> Self {
        let answers = hub.answers();
        let is_possible = hub.verify(how) || hub.driver().ready_state() == ReadyState::Closed;
        Self { hub: Rc::clone(hub), key: hub.new_key(), answers, is_possible }
    }
}

impl Future for Verification {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if !self.is_possible {
            let message = "the request may not be sent a second time".into();
            return Poll::Ready(Err(Error::fatal(Reason::InvalidOption { option: "verify", message })));
        }
        self.hub.poll_answer(self.key, self.answers, context)
    }
}

impl Drop for Verification {
    fn drop(&mut self) {
        self.hub.forget(self.key);
    }
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").field("hub", &self.hub).finish_non_exhaustive()
    }
}
