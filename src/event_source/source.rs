//! [`EventSource`]: an event source as a [`Stream`].

use alloc::rc::Rc;
use alloc::string::String;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use futures::stream::{FusedStream, Stream};

use super::faults::{fault_of_id, invalid};
use super::hub::{Hub, Takes};
use super::state::ConnectionState;
use super::state_changes::StateChanges;
use super::subscription::Subscription;
use super::verification::Verification;
use super::waiting::Key;
use crate::connection::ReadyState;
use crate::engine::Verify;
use crate::error::Error;
use crate::event_stream::Event;
use crate::messages::without_secrets;

/// An [event source](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface) whose events are the
/// items of a [`Stream`]. Dropping it closes it: it aborts the request and clears its timer.
///
/// The items are events and errors, in order. After an error that is not [fatal](Error::is_fatal), the source reconnects by itself,
/// and the stream continues. After a fatal error or [`close`](EventSource::close), the stream ends. The body is read only as fast
/// as you poll, one chunk ahead, so the memory of your program does not grow. In Chromium a slow consumer also slows the server down.
/// Firefox and WebKitGTK receive the rest and keep it themselves.
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
/// After you have polled a source once, it gets every event, also events that a subscription gets. If you then poll only the
/// subscriptions, the events of the source are stored, up to a [limit](crate::Keep).
///
/// # On a server
///
/// Use the feature `ssr` for a server that renders components. The API is the same, but a source sends no request and yields
/// nothing. It is CONNECTING until it is closed, and its URL is not parsed. Without that feature, making a source outside a browser
/// is an error, [`Reason::Unsupported`](crate::Reason::Unsupported). To receive events there, see
/// [`EventStream`](crate::EventStream).
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

    /// Keeps every event for this source from now on, as if it had been polled.
    pub(crate) fn take_all(&self) {
        self.hub.take_all(self.key);
    }

    #[cfg(feature = "sharing")]
    pub(super) fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The URL, [serialized](https://url.spec.whatwg.org/#concept-url-serializer). A redirect does not change it.
    pub fn url(&self) -> &str {
        self.hub.driver().url()
    }

    /// The state of the connection, as the
    /// [standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource-readystate) defines it.
    /// [`state`](EventSource::state) says more.
    pub fn ready_state(&self) -> ReadyState {
        self.hub.driver().ready_state()
    }

    /// The state of the connection, and the reason for it. [`ConnectionState`] has an example.
    pub fn state(&self) -> ConnectionState {
        self.hub.state()
    }

    /// A stream of the current state of the connection and of every later one.
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

    /// The last event ID, which a reconnection would send. It is empty if there is none.
    pub fn last_event_id(&self) -> String {
        self.hub.driver().last_event_id()
    }

    /// The [reconnection time][time]. The server sets it with `retry`. Until then it is
    /// [`Reconnect::initial_delay`](crate::connection::Reconnect::initial_delay). After failures in a row, a source waits longer:
    /// see [`Error::reconnects_in`].
    ///
    /// [time]: https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time
    pub fn reconnection_time(&self) -> Duration {
        self.hub.driver().reconnection_time()
    }

    /// A stream of the events of one type, from now on. You can have several, even of the same type. Each gets every event of its
    /// type. After you have polled the source itself once, it gets these events, too. Events of a type without a subscription are
    /// dropped, unless you poll the source. For slow consumers, events are stored up to a limit: see [`Keep`](crate::Keep).
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

    /// How many events of the source itself were dropped. That happens if you poll only subscriptions, and there are more events
    /// than [`Builder::keep`](crate::Builder::keep) allows. A subscription [counts its own](Subscription::missed).
    pub fn missed(&self) -> u64 {
        self.hub.missed(self.key)
    }

    /// The events of the source, with their data parsed from JSON to `T`. If the data cannot be parsed, the item is an error, and
    /// the stream continues.
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

    /// Connects again at once, with the last event ID. The current connection is closed without an error, and a wait to reconnect
    /// ends. Does nothing if the source is CLOSED.
    pub fn reconnect(&self) {
        self.hub.reconnect();
    }

    /// Connects again at once, as [`reconnect`](EventSource::reconnect) does, and goes on after the event with this ID, instead of the last
    /// one that was received. With an empty ID, the server is told of none. Does nothing if the source is CLOSED. While the document is
    /// hidden and the source [waits](crate::WhenHidden::Close), the ID counts for the next request.
    ///
    /// # Errors
    /// [`Reason::InvalidOption`](crate::Reason::InvalidOption) if the ID has a null, a carriage return or a line feed in it, or if the source
    /// [shares](crate::Builder::shared) its connection: the others have the same last event ID. Then nothing has changed.
    ///
    /// ```no_run
    /// use wasm_eventsource::{Error, EventSource};
    ///
    /// # fn example(source: EventSource, page_begins_after: &str) -> Result<(), Error> {
    /// // The user scrolls back: let the server send everything from there on once more.
    /// source.reconnect_from(page_begins_after)?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn reconnect_from(&self, id: &str) -> Result<(), Error> {
        if let Some(fault) = fault_of_id(id) {
            return Err(invalid(("reconnect_from", fault)));
        }
        #[cfg(feature = "sharing")]
        if self.hub.driver().role().is_some() {
            return Err(invalid((
                "reconnect_from",
                "a source that shares its connection cannot change the ID of the others",
            )));
        }
        if self.ready_state() != ReadyState::Closed {
            self.hub.driver().set_last_event_id(id);
            self.reconnect();
        }
        Ok(())
    }

    /// Finds out whether the connection is still alive, without heartbeats of the server. The future is ready when the connection has
    /// proven itself, or when another one has taken its place.
    ///
    /// Bytes that came within the last 15 seconds are proof enough: see [`Verify::stale_after`]. Otherwise the same request is sent
    /// again beside the open connection. If bytes come before the new response, the old connection stays. If the response comes first,
    /// the new connection takes the place of the old one, with the last event ID. The source stays OPEN, and there is no error. If the
    /// request fails, or is not answered in [time](Verify::timeout), the connection counts as lost, and the source reconnects. While
    /// CONNECTING, the source connects at once, and the next connection is the answer.
    ///
    /// The verification begins with this call. It goes on while somebody polls the source, one of its streams, or this future. If the
    /// source itself or a subscription was polled, this future waits at their next event until they take it.
    ///
    /// # Errors
    /// The error with which the source has failed, meanwhile or before. [`Reason::Aborted`](crate::Reason::Aborted) if it was closed.
    /// [`Reason::InvalidOption`](crate::Reason::InvalidOption) if the request may not be sent again: it is no GET, and there is no policy of
    /// [reconnecting](crate::Builder::reconnect).
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use wasm_eventsource::{Error, EventSource, Verify};
    ///
    /// # async fn example(source: EventSource) -> Result<(), Error> {
    /// // The user asks for a refresh: are these prices still live?
    /// source.verify(Verify::default().stale_after(Duration::from_secs(2))).await?;
    ///
    /// // There is a new token: another connection takes the place of this one in any case.
    /// source.verify(Verify::default().stale_after(Duration::ZERO)).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify(&self, how: Verify) -> Verification {
        Verification::new(&self.hub, how)
    }

    /// Closes the source: aborts the request and ends its streams. Events that you have not taken yet are dropped.
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
        self.take_all();
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
