//! The state of the connection, and watching it.

use alloc::rc::Rc;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures::stream::{FusedStream, Stream};

use super::hub::Hub;
use super::waiting::Key;
use crate::connection::ReadyState;
use crate::error::Error;

/// The state of a connection: [`ReadyState`], and why. See [`EventSource::state`](super::EventSource::state) and
/// [`EventSource::state_changes`](super::EventSource::state_changes).
///
/// ```
/// use wasm_eventsource::{ConnectionState, EventSource, Reason};
///
/// fn label(state: &ConnectionState) -> String {
///     match state.error().map(|error| (error.reconnects_in(), error.reason())) {
///         Some((Some(delay), _)) => format!("back in {} s", delay.as_secs_f64().ceil()),
///         Some((None, Reason::Status { status: 401, .. })) => "log in again".into(),
///         Some((None, reason)) => reason.to_string(),
///         None => format!("{:?}", state.ready_state()),
///     }
/// }
/// let source = EventSource::new("https://example.com/events")?;
/// assert_eq!(label(&source.state()), "Connecting");
/// assert_eq!(label(&ConnectionState::Failed { error: Reason::Status { status: 401 }.into() }), "log in again");
/// # Ok::<(), wasm_eventsource::Error>(())
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ConnectionState {
    /// The first request has no response yet; or the page comes back from the back/forward cache.
    #[default]
    Connecting,
    /// Events are received.
    Open,
    /// The connection was lost, and the source reconnects by itself.
    Reconnecting {
        /// Why it was lost, and [when](Error::reconnects_in) the next attempt is, counted from the loss.
        error: Error,
    },
    /// The connection has failed for good.
    Failed {
        /// Why.
        error: Error,
    },
    /// The source was closed, or dropped.
    Closed,
}

impl ConnectionState {
    /// The `readyState` that a source in this state has.
    pub fn ready_state(&self) -> ReadyState {
        match self {
            Self::Connecting | Self::Reconnecting { .. } => ReadyState::Connecting,
            Self::Open => ReadyState::Open,
            Self::Failed { .. } | Self::Closed => ReadyState::Closed,
        }
    }

    /// Why there is no connection, if there was an error.
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Reconnecting { error } | Self::Failed { error } => Some(error),
            Self::Connecting | Self::Open | Self::Closed => None,
        }
    }
}

/// The states of a source's connection as a [`Stream`]: the present one, then every one that it changes to. It ends after
/// [`Failed`](ConnectionState::Failed) or [`Closed`](ConnectionState::Closed).
///
/// Of states that follow each other while nobody polls only the latest is seen. Watching does not take events: a source
/// stops at the first event, as long as nobody takes that. Dropping it has no effect on the source.
///
/// See the example of [`EventSource::state_changes`](super::EventSource::state_changes).
#[must_use = "streams do nothing unless polled"]
pub struct StateChanges {
    hub: Rc<Hub>,
    key: Key,
    /// The number of the last state that was seen.
    seen: u64,
}

impl StateChanges {
    pub(super) fn new(hub: &Rc<Hub>) -> Self {
        Self { hub: Rc::clone(hub), key: hub.new_key(), seen: 0 }
    }
}

impl Stream for StateChanges {
    type Item = ConnectionState;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        this.hub.poll_state(this.key, &mut this.seen, context)
    }
}

impl FusedStream for StateChanges {
    fn is_terminated(&self) -> bool {
        self.hub.has_seen_the_last_state(self.seen)
    }
}

impl Drop for StateChanges {
    fn drop(&mut self) {
        self.hub.forget(self.key);
    }
}

impl fmt::Debug for StateChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateChanges").field("hub", &self.hub).finish_non_exhaustive()
    }
}
