//! The driver of a source: the platform's, or in tests a script.

use alloc::boxed::Box;
use alloc::string::String;
use core::task::Waker;
use core::time::Duration;

use super::scripted::Scripted;
use crate::connection::ReadyState;
use crate::engine::{Incomplete, Stage, Verify};
use crate::error::Error;
use crate::event_stream::EventRef;
#[cfg(feature = "sharing")]
use crate::sharing::Role;
use crate::web::{self, Notice};

/// One of two that have the same interface.
pub(super) enum Driver {
    Platform(Box<web::Driver>),
    Scripted(Box<Scripted>),
}

/// Calls a method of the driver that there is.
macro_rules! call {
    ($driver:expr, $method:ident($($argument:expr),*)) => {
        match $driver {
            Driver::Platform(driver) => driver.$method($($argument),*),
            Driver::Scripted(driver) => driver.$method($($argument),*),
        }
    };
}

impl Driver {
    pub(super) fn next(&self) -> Option<Notice> {
        call!(self, next())
    }

    pub(super) fn with_event<T>(&self, read: impl FnOnce(EventRef<'_>) -> T) -> Option<T> {
        call!(self, with_event(read))
    }

    pub(super) fn with_comment<T>(&self, read: impl FnOnce(&str) -> T) -> Option<T> {
        call!(self, with_comment(read))
    }

    pub(super) fn url(&self) -> &str {
        call!(self, url())
    }

    pub(super) fn ready_state(&self) -> ReadyState {
        call!(self, ready_state())
    }

    pub(super) fn last_event_id(&self) -> String {
        call!(self, last_event_id())
    }

    pub(super) fn reconnection_time(&self) -> Duration {
        call!(self, reconnection_time())
    }

    pub(super) fn verify(&self, how: Verify) -> bool {
        call!(self, verify(how))
    }

    pub(super) fn set_last_event_id(&self, id: &str) {
        call!(self, set_last_event_id(id));
    }

    pub(super) fn set_ending(&self, incomplete: Incomplete, is_declared: bool) {
        call!(self, set_ending(incomplete, is_declared));
    }

    pub(super) fn stage(&self) -> Stage {
        call!(self, stage())
    }

    pub(super) fn go_to(&self, url: Option<&str>, method: String) -> Result<(), Error> {
        call!(self, go_to(url, method))
    }

    pub(super) fn reconnect(&self) {
        call!(self, reconnect());
    }

    pub(super) fn close(&self) {
        call!(self, close());
    }

    #[cfg(feature = "sharing")]
    pub(super) fn role(&self) -> Option<Role> {
        match self {
            Self::Platform(driver) => driver.role(),
            Self::Scripted(_) => None,
        }
    }

    /// A script asks the user about a refused response in the task that polls the source. The platform has tasks of its own.
    pub(super) fn polled_by(&self, waker: &Waker) {
        if let Self::Scripted(driver) = self {
            driver.polled_by(waker);
        }
    }
}
