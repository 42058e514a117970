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
/// The items are events and errors, in order. After an error that is not [fatal](Error::is_fatal), the source reconnects by
/// itself, and the stream continues. After a fatal error or [`close`](EventSource::close), the stream ends.
///
/// **The source works only while you poll it, or one of its streams.** The first request is sent at once. Until you poll
/// anything, no event is delivered, and none is lost. (A source that [shares](crate::Builder::shared) a connection also
/// works for the others while nobody polls it.)
///
/// The source takes at most one chunk more than you have read, so slow code does not use more and more memory. In Chromium,
/// slow code also slows the server down. Firefox and WebKitGTK keep receiving, and buffer the rest themselves.
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
/// You can read events from the source itself, from [subscriptions](EventSource::subscribe), or both. From your first poll
/// of the source on, it gets every event, even if a subscription gets this event, too. If you then poll only subscriptions,
/// the events for the source are stored, up to a [limit](crate::Keep).
///
/// If you poll a subscription or [`state_changes`](EventSource::state_changes) first, events that no stream takes are
/// dropped. To lose none, poll the source first, or subscribe first to every type that you need.
///
/// # On a server
///
/// Use the feature `ssr` for server-side rendering. The API is the same, but a source sends no request and yields nothing.
/// It is CONNECTING until it is closed, and its URL is not parsed. Without that feature, making a source outside a browser
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
    ///
    /// After a redirect, a reconnection goes to where the redirect led. If that fails, the next one goes to this URL again. A
    /// request with your own method, headers, body or ID parameter always goes to this URL.
    pub fn url(&self) -> &str {
        self.hub.driver().url()
    }

    /// The state of the connection, as the
    /// [standard](https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource-readystate) defines it.
    /// [`state`](EventSource::state) says more. Most changes show only after a poll of the source or of one of its streams.
    pub fn ready_state(&self) -> ReadyState {
        self.hub.driver().ready_state()
    }

    /// The state of the connection, and the reason for it, as of the last poll of the source or of one of its streams. See
    /// the example of [`ConnectionState`].
    pub fn state(&self) -> ConnectionState {
        self.hub.state()
    }

    /// A stream of the current state of the connection, and then of later ones. If several changes come between two polls,
    /// you get only the latest.
    ///
    /// Poll this stream together with a stream of events. If it were polled alone, all events would be dropped. Here,
    /// `subscribe` comes before the first poll, so no event of the type `message` is lost:
    ///
    /// ```no_run
    /// use futures::StreamExt;
    /// use wasm_eventsource::{ConnectionState, EventSource};
    ///
    /// # async fn example(source: EventSource) {
    /// let mut events = source.subscribe("message");
    /// let show_events = async {
    ///     while let Some(Ok(event)) = events.next().await {
    ///         show(event.data());
    ///     }
    /// };
    /// let mut states = source.state_changes();
    /// let show_states = async {
    ///     while let Some(state) = states.next().await {
    ///         match state {
    ///             ConnectionState::Open => show("connected"),
    ///             ConnectionState::Reconnecting { error } => show(&error.to_string()),
    ///             _ => show("not connected"),
    ///         }
    ///     }
    /// };
    /// futures::join!(show_events, show_states);
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

    /// A stream of the events of one type, from now on. You can have several, even of the same type. Each subscription
    /// gets every event of its type. The source itself also gets these events, from your first poll of the source on.
    /// Until then, while you poll a subscription, events of a type without a subscription are dropped. For a subscription
    /// that you do not poll, events are stored up to a limit: see [`Keep`](crate::Keep).
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

    /// How many events the source has missed. It misses events if you have polled it, then poll only its subscriptions, and
    /// more events come than [`Builder::keep`](crate::Builder::keep) allows. A subscription [counts its
    /// own](Subscription::missed).
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

    /// Connects again at once, with the last event ID. If there is a connection, it is closed without an error. If the
    /// source waits to reconnect, it stops waiting. This does nothing if the source is CLOSED. (The `reconnect` of the hooks
    /// for components then opens a new source.)
    ///
    /// This sends the request again, even a POST that is otherwise [sent only once](crate::Builder::method). It does nothing
    /// while the document is hidden and [`WhenHidden::Close`](crate::WhenHidden::Close) is set: the source connects when the
    /// document is shown.
    pub fn reconnect(&self) {
        self.hub.reconnect();
    }

    /// Connects again at once, as [`reconnect`](EventSource::reconnect) does, but with this ID instead of the last event ID
    /// that was received. With an empty ID, the request sends none. This does nothing if the source is CLOSED. If the
    /// document is hidden and the source [waits](crate::WhenHidden::Close), the next request sends this ID.
    ///
    /// # Errors
    /// [`Reason::InvalidOption`](crate::Reason::InvalidOption) if the ID contains a null, a carriage return or a line feed,
    /// or if the source [shares](crate::Builder::shared) its connection, because all its sources have the same last event
    /// ID. Then nothing has changed.
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

    /// Checks whether the connection is still alive. The server need not send heartbeats. The future completes when the
    /// connection is known to be alive, or when a new connection has replaced it.
    ///
    /// If bytes came within the last 15 seconds, the connection is alive: see [`Verify::stale_after`]. Otherwise, the source
    /// sends the same request again, while the old connection stays open. If the old connection delivers bytes first, it
    /// stays, and the new request is cancelled. If the new response comes first, the new connection replaces the old one.
    /// Its request has sent the last event ID. In both cases, the source stays OPEN, and there is no error.
    ///
    /// If the new request gets no response, or none in [time](Verify::timeout), the connection counts as lost, and the source
    /// reconnects. If the response is rejected, for example with a 401, the source fails, as after any rejected response,
    /// unless [`retry_if`](crate::Builder::retry_if), [`bearer`](crate::Builder::bearer) or
    /// [`statuses`](crate::Reconnect::statuses) lead to another attempt.
    ///
    /// If the source has no connection, it stops waiting and connects at once. The future then completes when the source is
    /// OPEN.
    ///
    /// The check begins with this call. It makes progress only while you poll the source, one of its streams, or this
    /// future.
    ///
    /// **Keep taking events while you wait for this future.** It does not read past an event that the source (if you have
    /// polled it before) or a subscription has not taken. So poll them at the same time, for example with `futures::join!`.
    ///
    /// # Errors
    /// If the source has failed, before this call or during the check, you get the error with which it failed. If the source
    /// was closed, you get [`Reason::Aborted`](crate::Reason::Aborted). You get
    /// [`Reason::InvalidOption`](crate::Reason::InvalidOption) if the rules for [reconnecting](crate::Builder::reconnect) do
    /// not allow to send the request again, which is the default for all methods except GET, or if
    /// [`resume`](crate::Builder::resume) is set.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use wasm_eventsource::{Error, EventSource, Verify};
    ///
    /// # async fn example(source: EventSource) -> Result<(), Error> {
    /// // The user asks for a refresh: are these prices still live?
    /// source.verify(Verify::default().stale_after(Duration::from_secs(2))).await?;
    ///
    /// // There is a new token: always replace the connection.
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
