//! The connection's states, and the standard's algorithms that lead from one to another: announce, reestablish, fail, close.

use super::policy::{Reconnect, for_timer};
use super::reconnection::{Clock, Reconnection, Timestamp};
use crate::time::Duration;

/// The `readyState` of an event source, with the numbers of the
/// [IDL](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface).
///
/// ```
/// use wasm_eventsource::ReadyState;
///
/// assert_eq!([ReadyState::Connecting, ReadyState::Open, ReadyState::Closed].map(|state| state as u8), [0, 1, 2]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum ReadyState {
    /// The connection has not yet been established, or it was lost and is going to be established again.
    Connecting = 0,
    /// There is a connection, and events are dispatched as they come.
    Open = 1,
    /// There is no connection and there will be none: it failed for good or was closed.
    Closed = 2,
}

/// The state of a [`Connection`]. In the first five, `readyState` is CONNECTING. The [module](super) has an example.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum State {
    /// The request is due.
    Due,
    /// The request was sent, and its response is awaited.
    Requested,
    /// The request failed. A probe finds out whether the server has answered all the same.
    Probing {
        /// When the probe is given up.
        until: Timestamp,
    },
    /// The connection was lost, and the next request is not due yet.
    Waiting {
        /// When the request is due.
        until: Timestamp,
    },
    /// There is no connection while the document is hidden, or in the back/forward cache.
    Suspended,
    /// A response announced the connection, and its body is being read.
    Open,
    /// Failed or closed, for good.
    Closed,
}

/// One event source's connection: its state and its reconnection time. The [module](super) has an example.
///
/// Call [`request`](Connection::request), [`probe`](Connection::probe), [`announce`](Connection::announce) and
/// [`reestablish`](Connection::reestablish) only in the states that each of them names. In other states, a debug build panics. A
/// release build does not check this, and changes the state all the same.
#[derive(Debug)]
pub struct Connection {
    state: State,
    reconnection: Reconnection,
}

impl Default for Connection {
    fn default() -> Self {
        Self::new(Reconnect::default())
    }
}

impl Connection {
    /// A connection whose first request is due.
    pub fn new(policy: Reconnect) -> Self {
        Self { state: State::Due, reconnection: Reconnection::new(policy) }
    }

    /// How many attempts have failed in a row.
    pub fn failures(&self) -> u32 {
        self.reconnection.failures()
    }

    /// How it reconnects.
    pub fn policy(&self) -> &Reconnect {
        self.reconnection.policy()
    }

    /// Changes how it reconnects. Nothing else changes.
    pub fn set_policy(&mut self, policy: Reconnect) {
        self.reconnection.set_policy(policy);
    }

    /// The state.
    pub fn state(&self) -> State {
        self.state
    }

    /// The state as `readyState` shows it.
    pub fn ready_state(&self) -> ReadyState {
        match self.state {
            State::Due | State::Requested | State::Probing { .. } | State::Waiting { .. } | State::Suspended => {
                ReadyState::Connecting
            }
            State::Open => ReadyState::Open,
            State::Closed => ReadyState::Closed,
        }
    }

    /// The [reconnection time][time]. Until the server sets it, it is [`Reconnect::initial_delay`].
    ///
    /// [time]: https://html.spec.whatwg.org/multipage/server-sent-events.html#concept-event-stream-reconnection-time
    pub fn reconnection_time(&self) -> Duration {
        Duration::from_millis(self.reconnection.time().into())
    }

    /// Sets the reconnection time, as a `retry` field does;
    /// [`MAX_RECONNECTION_TIME`](super::MAX_RECONNECTION_TIME) at most.
    ///
    /// ```
    /// use core::time::Duration;
    /// use wasm_eventsource::connection::{Connection, DEFAULT_RECONNECTION_TIME, MAX_RECONNECTION_TIME};
    ///
    /// let mut connection = Connection::default();
    /// assert_eq!(connection.reconnection_time(), DEFAULT_RECONNECTION_TIME);
    /// connection.set_reconnection_time(Duration::MAX);
    /// assert_eq!(connection.reconnection_time(), MAX_RECONNECTION_TIME);
    /// ```
    pub fn set_reconnection_time(&mut self, time: Duration) {
        self.reconnection.set_time(for_timer(time));
    }

    /// The request is sent: because it is due, or once more after a probe. Leads from [`State::Due`] or [`State::Probing`] to
    /// [`State::Requested`].
    pub fn request(&mut self, now: Timestamp) {
        debug_assert!(matches!(self.state, State::Due | State::Probing { .. }));
        self.state = State::Requested;
        self.reconnection.requested(now);
    }

    /// The connection of another source is awaited.
    #[cfg(feature = "sharing")]
    pub(crate) fn follow(&mut self) {
        if self.state != State::Closed {
            self.state = State::Requested;
        }
    }

    /// The request failed, and the platform may hide its response. Leads from [`State::Requested`] to [`State::Probing`].
    pub fn probe(&mut self, until: Timestamp) {
        debug_assert_eq!(self.state, State::Requested);
        self.state = State::Probing { until };
    }

    /// The probe was answered: the request is due once more. It keeps the distance to earlier requests like every other.
    pub(crate) fn answered(&mut self) {
        self.state = State::Due;
    }

    /// Whether a request was ever sent.
    pub fn was_requested(&self) -> bool {
        self.reconnection.was_requested()
    }

    /// Whether the request is due. If so, the wait for it ends. If it would follow several others too closely, another wait begins, even
    /// if the user has asked for the request.
    pub fn due(&mut self, clock: &impl Clock) -> bool {
        let earliest = match self.state {
            State::Waiting { until } => until,
            State::Due => self.reconnection.earliest(),
            _ => return false,
        };
        let is_due = clock.now() >= earliest;
        self.state = if is_due { State::Due } else { State::Waiting { until: earliest } };
        is_due
    }

    /// [Announce the connection](https://html.spec.whatwg.org/multipage/server-sent-events.html#announce-the-connection):
    /// "if the readyState attribute is set to a value other than CLOSED, set it to OPEN", then fire `open`. Leads from
    /// [`State::Requested`] to [`State::Open`].
    pub fn announce(&mut self, now: Timestamp) {
        debug_assert_eq!(self.state, State::Requested);
        self.state = State::Open;
        self.reconnection.announced(now);
    }

    /// Another request is sent beside the open connection.
    pub(crate) fn request_candidate(&mut self, now: Timestamp) {
        debug_assert_eq!(self.state, State::Open);
        self.reconnection.spaced(now);
    }

    /// When the next request may be sent, so that it keeps its distance to those before.
    pub(crate) fn earliest(&self) -> Timestamp {
        self.reconnection.earliest()
    }

    /// The response to that request announces a connection, which takes the place of the open one. `readyState` stays OPEN.
    pub(crate) fn replace(&mut self, now: Timestamp) {
        debug_assert_eq!(self.state, State::Open);
        self.reconnection.replaced(now);
    }

    /// Bytes of the body have come. If the connection also lasts a second, the attempt that led to it counts as a success.
    pub fn received(&mut self) {
        self.reconnection.received();
    }

    /// An event is dispatched: the attempt that led to it counts as a success.
    pub fn delivered(&mut self) {
        self.reconnection.delivered();
    }

    /// [Reestablish the
    /// connection](https://html.spec.whatwg.org/multipage/server-sent-events.html#reestablish-the-connection): "if the
    /// readyState attribute is not CLOSED, set it to CONNECTING", then fire `error` and wait. Returns the delay until the
    /// next request, which is never shorter than `retry_after`. Leads from [`State::Requested`], [`State::Probing`] or
    /// [`State::Open`] to [`State::Waiting`]. If the policy allows no other request, this returns `None`, and the state
    /// stays: call [`fail`](Connection::fail).
    pub fn reestablish(&mut self, retry_after: Duration, clock: &impl Clock) -> Option<Duration> {
        self.reestablish_after(retry_after, false, clock)
    }

    /// The same, or with a delay that the user has chosen. That one is longer only if requests would follow each other too closely.
    pub(crate) fn reestablish_after(
        &mut self,
        delay: Duration,
        is_chosen: bool,
        clock: &impl Clock,
    ) -> Option<Duration> {
        debug_assert!(matches!(self.state, State::Requested | State::Probing { .. } | State::Open));
        let delay = self.reconnection.delay(delay, is_chosen, clock)?;
        self.state = State::Waiting { until: clock.now().saturating_add(delay) };
        Some(delay)
    }

    /// [Fail the connection](https://html.spec.whatwg.org/multipage/server-sent-events.html#fail-the-connection): "set
    /// it to CLOSED", then fire `error`. "Once the user agent has failed the connection, it does not attempt to
    /// reconnect."
    pub fn fail(&mut self) {
        self.state = State::Closed;
    }

    /// The document enters the [back/forward cache](https://github.com/whatwg/html/pull/12381), or is hidden: there is to be no
    /// connection until it is [shown again](Connection::resume).
    pub fn suspend(&mut self) {
        if self.state != State::Closed {
            self.state = State::Suspended;
        }
    }

    /// The document is shown again: the request is due, without a wait but for one that the server has asked for.
    pub fn resume(&mut self) {
        if self.state == State::Suspended {
            self.state = State::Due;
        }
    }

    /// There is to be another connection in the place of this one, or of the attempt to make it: its request is due.
    pub fn reconnect(&mut self) {
        if !matches!(self.state, State::Suspended | State::Closed) {
            self.reconnection.wished();
            self.state = State::Due;
        }
    }

    /// Ends the wait for the next request, if there is one: it is due, unless the server has asked for that time.
    pub fn stop_waiting(&mut self) {
        if matches!(self.state, State::Waiting { .. }) {
            self.state = State::Due;
        }
    }

    /// [`close()`](https://html.spec.whatwg.org/multipage/server-sent-events.html#dom-eventsource-close): as failing,
    /// but nothing is fired.
    pub fn close(&mut self) {
        self.state = State::Closed;
    }
}
