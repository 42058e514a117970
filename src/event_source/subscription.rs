//! The events of one type.

use alloc::rc::Rc;
use alloc::string::ToString;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures::stream::{FusedStream, Stream};

use super::hub::{Hub, Takes};
use super::kept::Keep;
use super::waiting::Key;
use crate::error::Error;
use crate::event_stream::Event;

/// The events of one type of an [`EventSource`](crate::EventSource), as a [`Stream`].
///
/// If the connection fails for good, the last item is the error. Other errors are not reported here: the source reconnects
/// by itself. The stream ends when the source is closed or dropped.
///
/// While you poll other streams of the source, events are stored for this one, up to the limit of
/// [`keep`](Subscription::keep). Drop a subscription that you no longer poll.
///
/// See the example of [`EventSource::subscribe`](crate::EventSource::subscribe).
#[must_use = "a subscription holds the events of its type until they are taken"]
pub struct Subscription {
    hub: Rc<Hub>,
    key: Key,
}

impl Subscription {
    pub(super) fn new(hub: &Rc<Hub>, event_type: &str) -> Self {
        Self { hub: Rc::clone(hub), key: hub.add_consumer(Takes::Type(event_type.to_string())) }
    }

    /// Sets how many events are stored for this subscription while you do not poll it. Defaults to the limit of
    /// [`Builder::keep`](crate::Builder::keep). See the example of [`Keep`].
    pub fn keep(self, keep: Keep) -> Self {
        self.hub.set_keep(self.key, keep);
        self
    }

    /// How many events this subscription has missed so far, because [`keep`](Subscription::keep) allowed no more.
    pub fn missed(&self) -> u64 {
        self.hub.missed(self.key)
    }

    /// The events with their data as JSON of type `T`.
    ///
    /// ```no_run
    /// # async fn example(source: wasm_eventsource::EventSource) {
    /// use futures::StreamExt;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Ping {
    ///     time: String,
    /// }
    /// let mut pings = source.subscribe("ping").json::<Ping>();
    /// while let Some(item) = pings.next().await {
    ///     match item {
    ///         Ok(ping) => show(&ping.data().time),
    ///         // The data of one event is not a `Ping`, or the connection has failed for good.
    ///         Err(error) => show(&error.to_string()),
    ///     }
    /// }
    /// # }
    /// # fn show(_: &str) {}
    /// ```
    #[cfg(feature = "json")]
    pub fn json<T: serde::de::DeserializeOwned>(self) -> crate::Json<Self, T> {
        crate::Json::new(self)
    }
}

impl Stream for Subscription {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.hub.poll(self.key, context)
    }
}

impl FusedStream for Subscription {
    fn is_terminated(&self) -> bool {
        self.hub.has_ended(self.key)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.forget(self.key);
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription").field("hub", &self.hub).finish_non_exhaustive()
    }
}
