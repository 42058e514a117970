//! [`StateChanges`]: a stream of the states of the connection.

use alloc::rc::Rc;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures::stream::{FusedStream, Stream};

use super::hub::Hub;
use super::state::ConnectionState;
use super::waiting::Key;

/// The states of a source's connection as a [`Stream`]: the current state, then later ones. If several changes come between
/// two polls, you get only the latest. The stream ends after [`Failed`](ConnectionState::Failed) or
/// [`Closed`](ConnectionState::Closed). Dropping it has no effect on the source.
///
/// **Take events, too.** If an event comes for the source (once you have polled it) or for a subscription, this stream
/// reports no later state until the event is taken. So poll a stream of events at the same time.
///
/// **Poll the source, or subscribe, before you poll this stream.** Until then, it drops all events. When the source
/// reconnects, it still sends the ID of the last event that was dropped, so the server does not send these events again.
///
/// See the example of [`EventSource::state_changes`](crate::EventSource::state_changes).
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
