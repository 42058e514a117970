//! An event source as a [`Stream`].

use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use futures::stream::{FusedStream, Stream};

use super::hub::{Hub, Takes};
use super::state::ConnectionState;
use super::state_changes::StateChanges;
use super::subscription::Subscription;
use super::waiting::Key;
use crate::connection::ReadyState;
use crate::error::Error;
use crate::event_stream::Event;
use crate::messages::without_secrets;

/// An [event source](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface) whose
/// events are the items of a [`Stream`]. Dropping it closes it: the request is aborted, the body cancelled, the timer
/// cleared.
///
/// The items are events and errors in the order of their coming. After an error that is not
/// [fatal](Error::is_fatal) the source reconnects by itself and the stream goes on; after one that is, and after
/// [`close`](EventSource::close), the stream ends. The body is read only as fast as the stream is polled, one chunk ahead: a slow
/// consumer slows the server, and memory stays flat.
///
/// ```no_run
/// use futures::StreamExt;
/// use wasm_eventsource::{Error, EventSource};
///
/// # async fn example() -> Result<(), Error> {
/// let mut source = EventSource::new("https://example.com/events")?;
/// while let Some(item) = source.next().await {
///     match item {
///         Ok(event) => show(event.event_type(), event.data()),
///         Err(error) => show("error", &error.to_string()),
///     }
/// }
/// # Ok(())
/// # }
/// # fn show(_: &str, _: &str) {}
/// ```
///
/// A source takes events itself once it has been polled. From then on, while only its subscriptions are polled, its own events are
/// kept up to a [bound](crate::Keep).
///
/// # On a server
///
/// With the feature `ssr` the API is the same, for components that are rendered on a server first. A source is CONNECTING until it is
/// closed, sends no request and yields nothing. Its URL is not parsed. Without that feature, making a source outside a browser is an
/// error, [`Reason::Unsupported`](crate::Reason::Unsupported). To receive events there, see [`EventStream`](crate::EventStream).
#[must_use = "an event source closes when it is dropped"]
pub struct EventSource {
    hub: Rc<Hub>,
    /// Takes every event from the first poll on.
    key: Key,
}

impl EventSource {
    pub(super) fn with_hub(hub: Rc<Hub>) -> Self {
        Self { key: hub.add_consumer(Takes::NoEvent), hub }
    }

    #[cfg(feature = "sharing")]
    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The URL, [serialized](https://url.spec.whatwg.org/#concept-url-serializer). It stays when the server redirects.
    pub fn url(&self) -> &str {
        self.hub.driver().url()
    }

    /// The state of the connection, as the
    /// [standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource-readystate) has it.
    /// [`state`](EventSource::state) says more.
    pub fn ready_state(&self) -> ReadyState {
        self.hub.driver().ready_state()
    }

    /// The state of the connection, and why it is so. [`ConnectionState`] has an example.
    pub fn state(&self) -> ConnectionState {
        self.hub.state()
    }

    /// The present state of the connection and every one that it changes to.
    ///
    /// ```no_run
    /// use futures::StreamExt;
    /// use wasm_eventsource::{ConnectionState, EventSource};
    ///
    /// # async fn example(source: EventSource) {
    /// let mut states = source.state_changes();
    /// while let Some(state) = states.next().await {
    ///     match state {
    ///         ConnectionState::Open => show("connected"),
    ///         ConnectionState::Reconnecting { error } => show(&error.to_string()),
    ///         _ => show("not connected"),
    ///     }
    /// }
    /// # }
    /// # fn show(_: &str) {}
    /// ```
    pub fn state_changes(&self) -> StateChanges {
        StateChanges::new(&self.hub)
    }

    /// The last event ID string: what a reconnection would send. Empty if there is none.
    pub fn last_event_id(&self) -> String {
        self.hub.driver().last_event_id()
    }

    /// The [reconnection time][time]. Defaults to
    /// [`DEFAULT_RECONNECTION_TIME`](crate::connection::DEFAULT_RECONNECTION_TIME); the server's `retry` sets it. After attempts
    /// that failed in a row a source waits longer: [`Error::reconnects_in`] says how long.
    ///
    /// [time]: https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time
    pub fn reconnection_time(&self) -> Duration {
        self.hub.driver().reconnection_time()
    }

    /// The events of one type, from now on, as a stream of their own. There may be several, of the same type too: each
    /// gets every event of its type, and so does the source itself once it has been polled. Events that nobody takes are
    /// gone. What is kept for those that do not take theirs in time has a bound: see [`Keep`](crate::Keep).
    ///
    /// ```no_run
    /// use futures::{StreamExt, stream};
    /// use wasm_eventsource::{Error, EventSource};
    ///
    /// # async fn example() -> Result<(), Error> {
    /// let source = EventSource::new("https://example.com/events")?;
    /// let mut both = stream::select(source.subscribe("ping"), source.subscribe("message"));
    /// while let Some(Ok(event)) = both.next().await {
    ///     show(event.event_type(), event.data());
    /// }
    /// # Ok(())
    /// # }
    /// # fn show(_: &str, _: &str) {}
    /// ```
    pub fn subscribe(&self, event_type: &str) -> Subscription {
        Subscription::new(&self.hub, event_type)
    }

    /// How many events of the source itself were dropped so far: a subscription was polled and the source was not, until more had to
    /// be kept than [`Builder::keep`](crate::Builder::keep) allows. A subscription [counts its own](Subscription::missed).
    pub fn missed(&self) -> u64 {
        self.hub.missed(self.key)
    }

    /// The source's events with their data as JSON of type `T`. A payload that is none is an error, and the stream goes on.
    ///
    /// ```no_run
    /// use futures::StreamExt;
    /// use wasm_eventsource::{EventSource, JsonError};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Ping {
    ///     time: String,
    /// }
    ///
    /// # async fn example(source: EventSource) {
    /// let mut pings = source.json::<Ping>();
    /// while let Some(item) = pings.next().await {
    ///     match item {
    ///         Ok(ping) => show(&ping.data().time),
    ///         Err(JsonError::Payload { event, error }) => show(&format!("{error} in {}", event.data())),
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

    /// Makes another connection at once, in the place of the present one or of the wait for it, with the last event ID. There
    /// is no error. Without effect once the source is CLOSED.
    pub fn reconnect(&self) {
        self.hub.driver().reconnect();
    }

    /// Closes the source: the request is aborted, and its streams end. Events received and not yet taken are dropped.
    ///
    /// ```no_run
    /// use futures::{StreamExt, executor::block_on};
    /// use wasm_eventsource::{ConnectionState, EventSource};
    ///
    /// let mut source = EventSource::new("https://example.com/events")?;
    /// let mut pings = source.subscribe("ping");
    /// source.close();
    /// assert_eq!(source.state(), ConnectionState::Closed);
    /// assert!(block_on(source.next()).is_none() && block_on(pings.next()).is_none());
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn close(&self) {
        self.hub.close();
    }
}

impl Stream for EventSource {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.hub.take_all(self.key);
        self.hub.poll(self.key, context)
    }
}

impl FusedStream for EventSource {
    fn is_terminated(&self) -> bool {
        self.hub.has_ended(self.key)
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        self.hub.close();
    }
}

impl fmt::Debug for EventSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventSource")
            .field("url", &without_secrets(self.url()))
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
