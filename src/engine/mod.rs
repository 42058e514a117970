//! One event source without its platform: bytes and signals in, one [`Action`] at a time out.
//!
//! A driver performs what [`Engine::next_action`] asks for, and reports the result with [`Engine::receive`] and
//! [`Engine::receive_chunk`]. Nothing happens in between: a chunk that is half consumed when `close()` is called stays so, and
//! a body is read only as fast as its events are taken.
//!
//! | file | what it has |
//! |---|---|
//! | `mod.rs` | [`Engine`], and the order of its actions |
//! | `action.rs` | actions and signals |
//! | `transitions.rs` | each change of state, with the action that announces it |
//! | `chunk.rs` | the chunk that is being interpreted |
//! | `read_ahead.rs` | taking many small events from it at once |
//! | `following.rs` | an engine that another one tells about the connection, for shared connections |
//!
//! A driver whose network is an array, and whose clock stands still:
//!
//! ```
//! use core::time::Duration;
//! use wasm_eventsource::connection::{Clock, ResponseHead, Timestamp};
//! use wasm_eventsource::engine::{Action, Engine, Signal};
//!
//! struct Stopped;
//! impl Clock for Stopped {
//!     fn now(&self) -> Timestamp {
//!         Duration::from_secs(60)
//!     }
//!     fn jitter(&self) -> f64 {
//!         0.5
//!     }
//! }
//!
//! let mut body = [&b"retry: 500\nid: 7\nda"[..], b"ta: hello\n\n"].into_iter();
//! let mut engine = Engine::default();
//! let mut told = Vec::new();
//! let until = loop {
//!     match engine.next_action(&Stopped) {
//!         Action::Request => {
//!             let content_type = Some("text/event-stream");
//!             let head = ResponseHead { status: 200, content_type, ..ResponseHead::default() };
//!             engine.receive(Signal::Response(head));
//!         }
//!         Action::Read => match body.next() {
//!             Some(chunk) => engine.receive_chunk(chunk.len()).expect("it was asked for").copy_from_slice(chunk),
//!             None => engine.receive(Signal::EndOfBody),
//!         },
//!         Action::Open => told.push("open".to_string()),
//!         Action::Dispatch => told.extend(engine.event().map(|event| event.data().to_string())),
//!         Action::Reconnect { error } | Action::Fail { error } => told.push(error.to_string()),
//!         Action::Wait { until } => break until,
//!         other => unreachable!("{other:?}: there is no CORS, no page, no comment here"),
//!     }
//! };
//! assert_eq!(told, ["open", "hello", "the server ended the stream; the next attempt is in 500 ms"]);
//! assert_eq!(until, Duration::from_millis(60_500));
//! // What the next request sends as `Last-Event-ID`.
//! assert_eq!(engine.last_event_id(), "7");
//! ```

mod action;
mod chunk;
#[cfg(feature = "sharing")]
mod following;
mod read_ahead;
mod transitions;

use core::fmt;
use core::time::Duration;

use alloc::borrow::Cow;

use crate::connection::{
    Clock, Connection, CorsProbe, IdleWatch, ReadyState, Reconnect, ResponseHead, State, Timestamp,
};
use crate::error::{Reason, Refusal};
use crate::event_stream::{EventHead, EventRef, Parser};

use action::Pending;
pub use action::{Action, Signal};
use chunk::Chunk;

/// An event source without its platform; see the [module](self), which has an example. It holds no connection: dropping
/// it does nothing, and its driver lets go of the request.
pub struct Engine {
    connection: Connection,
    parser: Parser,
    /// Watches the connection only while a response or a chunk is awaited.
    idle: IdleWatch,
    chunk: Chunk,
    pending: Option<Pending>,
    /// [`Action::Read`] was given out and not answered.
    reading: bool,
    /// The last chunk had no bytes: what is awaited has not come.
    is_empty: bool,
    cors_probe: CorsProbe,
    /// The refused response, for the error that reports it.
    refusal: Option<Refusal>,
    /// There is a request to send again. Without one, a lost connection fails.
    has_request: bool,
    /// If the request fails, another attempt is futile, for this reason.
    futile: Option<Reason>,
}

impl fmt::Debug for Engine {
    /// Without what was received, which may be large or secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("connection", &self.connection)
            .field("parser", &self.parser)
            .finish_non_exhaustive()
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(Parser::new())
    }
}

impl Engine {
    /// An engine whose first action is the request. The parser brings its bound and, where a stream is to be resumed,
    /// the last event ID.
    pub fn new(parser: Parser) -> Self {
        Self {
            connection: Connection::default(),
            parser,
            idle: IdleWatch::default(),
            chunk: Chunk::default(),
            pending: None,
            reading: false,
            is_empty: false,
            cors_probe: CorsProbe::default(),
            refusal: None,
            has_request: true,
            futile: None,
        }
    }

    /// The same with another policy of reconnecting.
    #[must_use]
    pub fn with_reconnect(mut self, policy: Reconnect) -> Self {
        self.connection.set_policy(policy);
        self
    }

    /// The same with an idle timeout: how long the response or the next byte may take. A byte of a comment counts, and so does any
    /// other that is skipped. After that time the connection is lost with [`Reason::Idle`], but not before another quarter of a
    /// second: what comes until then still counts. Defaults to none.
    #[must_use]
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle = IdleWatch::new(timeout);
        self
    }

    /// An engine for a body that is there already, from wherever it came: its first action is [`Action::Open`], and when
    /// the body is over it fails, with [`Reason::Ended`].
    pub fn for_body(parser: Parser) -> Self {
        let mut engine = Self::new(parser);
        engine.has_request = false;
        engine.connection.request(Timestamp::ZERO);
        engine.pending = Some(Pending::Announced);
        engine
    }

    /// What to do next. Transitions take place here, and where the caller asks for one by name: `readyState`
    /// changes with the action that says so, or with [`suspend`](Engine::suspend).
    pub fn next_action(&mut self, clock: &impl Clock) -> Action {
        match self.pending.take() {
            Some(Pending::Announced) => return self.announce(clock),
            Some(Pending::Hidden(reason)) => return self.suspect(reason, clock),
            Some(Pending::Answered) => self.connection.answered(),
            Some(Pending::Refused(reason, retry_after)) => return self.reestablish(reason, retry_after, clock),
            Some(Pending::Lost(reason, retry_after)) => return self.lose(reason, retry_after, clock),
            Some(Pending::Futile(reason)) => return self.fail(reason),
            Some(Pending::Suspended) => return Action::Suspended,
            None => {}
        }
        if self.connection.due(clock) {
            return self.request(clock);
        }
        match self.connection.state() {
            State::Open => self.interpret(clock),
            State::Requested => self.watch(clock),
            State::Probing { until } if clock.now() >= until => {
                let reason = self.cors_probe.cancel().unwrap_or(Reason::Ended);
                self.lose(reason, Duration::ZERO, clock)
            }
            State::Probing { until } | State::Waiting { until } => Action::Wait { until },
            State::Due | State::Suspended | State::Closed => Action::Nothing,
        }
    }

    /// Takes note of a signal. A signal that no action asked for is ignored. Of two signals before the next action, the second is
    /// ignored.
    pub fn receive(&mut self, signal: Signal<'_>) {
        if self.pending.is_some() {
            return;
        }
        let state = self.connection.state();
        let in_flight = self.is_in_flight();
        let pending = match signal {
            Signal::Response(head) if state == State::Requested => self.judge(head, false),
            Signal::Refused { head, refusal, retries } if state == State::Requested => {
                self.refusal = refusal;
                self.judge(head, retries)
            }
            Signal::Judging if state == State::Requested => return self.idle.rest(),
            // A server that has answered to the end has not lost the connection.
            Signal::EndOfBody if self.reading && !self.connection.policy().repeats_after_end() => {
                Pending::Futile(Reason::Ended)
            }
            Signal::EndOfBody if self.reading => Pending::Lost(Reason::Ended, Duration::ZERO),
            Signal::NetworkError { message, .. } if in_flight && self.futile.is_some() => {
                Pending::Futile(self.futile.take().unwrap_or(Reason::Network { message }))
            }
            Signal::NetworkError { message, hidden: true } if state == State::Requested => {
                Pending::Hidden(Reason::Network { message })
            }
            Signal::NetworkError { message, .. } if self.reading || state == State::Requested => {
                Pending::Lost(Reason::Network { message }, Duration::ZERO)
            }
            Signal::NetworkError { message, .. } if matches!(state, State::Probing { .. }) => {
                Pending::Lost(self.cors_probe.cancel().unwrap_or(Reason::Network { message }), Duration::ZERO)
            }
            Signal::Unprepared { message } if state == State::Requested => {
                self.cors_probe.failed_otherwise();
                Pending::Lost(Reason::Unprepared { message }, Duration::ZERO)
            }
            Signal::Unusable { message } if self.reading || in_flight => {
                Pending::Futile(self.futile.take().unwrap_or(Reason::Unusable { message }))
            }
            Signal::Answered if matches!(state, State::Probing { .. }) => Pending::Answered,
            _ => return,
        };
        self.reading = false;
        self.pending = Some(pending);
    }

    /// Takes note of a chunk of the body. The caller copies its `length` bytes to the slice that this returns. `None` for a chunk
    /// that no action asked for. An empty chunk does not end a silence.
    pub fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]> {
        if !self.reading {
            return None;
        }
        self.reading = false;
        self.is_empty = length == 0;
        if !self.is_empty {
            self.connection.received();
        }
        Some(self.chunk.replace(length))
    }

    /// The event of the last [`Action::Dispatch`], until the next action.
    pub fn event(&mut self) -> Option<EventRef<'_>> {
        self.parser.event(self.chunk.searched())
    }

    /// Type, last event ID and origin of that event. Unlike [`event`](Engine::event) this does not look at the data.
    pub fn event_head(&self) -> Option<EventHead<'_>> {
        self.parser.event_head()
    }

    /// The data of that event, not decoded: UTF-8, except where the stream is malformed. Data that lies in one piece is not
    /// copied.
    pub fn raw_data(&mut self) -> Option<&[u8]> {
        self.parser.raw_data(self.chunk.searched())
    }

    /// The comment of the last [`Action::Comment`], until the next action.
    pub fn comment(&self) -> Option<Cow<'_, str>> {
        self.parser.comment(self.chunk.searched())
    }

    /// Forgets what was received and not yet dispatched: the rest of a chunk, and an event that is not complete. The next
    /// byte begins a stream, where a byte order mark may be. The last event ID string stays.
    pub fn reset(&mut self) {
        self.chunk.skip();
        self.parser.restart();
    }

    /// Says that another attempt is futile, for this reason, if the current request fails. The failure itself comes as a signal. Of
    /// several reasons, the first one holds.
    pub fn expect_futile(&mut self, reason: Reason) {
        if self.is_in_flight() {
            self.futile.get_or_insert(reason);
        }
    }

    /// Lets go of the connection while the document is in the back/forward cache, or hidden. The caller lets go of the request.
    /// A body that is there already goes on.
    pub fn suspend(&mut self) {
        if self.has_request && !matches!(self.connection.state(), State::Suspended | State::Closed) {
            self.let_go();
            self.connection.suspend();
            self.pending = Some(Pending::Suspended);
        }
    }

    /// The document is shown again: the request is due, with the last event ID and without an error. If a request was sent
    /// before and the policy does not allow to repeat it, the connection fails.
    pub fn resume(&mut self) {
        if self.connection.state() == State::Suspended && self.connection.was_requested() && !self.may_repeat() {
            self.pending = Some(Pending::Futile(Reason::Aborted));
            return;
        }
        self.connection.resume();
    }

    /// Lets go of the connection, as the caller does with the request, and makes another at once, with the last event ID. No
    /// error is fired. Without effect while [suspended](Engine::suspend), once CLOSED, and on a body that is there already.
    /// Returns whether there is one.
    pub fn reconnect(&mut self) -> bool {
        let reconnects = self.has_request && !matches!(self.connection.state(), State::Suspended | State::Closed);
        if reconnects {
            self.let_go();
            self.connection.reconnect();
            self.pending = Some(Pending::Suspended);
        }
        reconnects
    }

    /// The next attempt is likely to succeed, for example because the network is back: ends the wait for it.
    pub fn stop_waiting(&mut self) {
        self.connection.stop_waiting();
    }

    /// Closes the source: from now on there is [`Action::Nothing`] to do. The caller lets go of the request.
    ///
    /// ```
    /// use wasm_eventsource::connection::ReadyState;
    /// use wasm_eventsource::engine::Engine;
    ///
    /// let mut engine = Engine::default();
    /// assert_eq!(engine.ready_state(), ReadyState::Connecting);
    /// engine.close();
    /// assert_eq!(engine.ready_state(), ReadyState::Closed);
    /// ```
    pub fn close(&mut self) {
        self.connection.close();
        self.let_go();
    }

    /// The source's `readyState`.
    pub fn ready_state(&self) -> ReadyState {
        self.connection.ready_state()
    }

    /// The last event ID string, empty if no block set one.
    pub fn last_event_id(&self) -> &str {
        self.parser.last_event_id()
    }

    /// The origin of the response's URL, which its events have; see [`Parser::set_origin`].
    pub fn set_origin(&mut self, origin: &str) {
        self.parser.set_origin(origin);
    }

    /// What [`set_origin`](Engine::set_origin) has set.
    #[cfg(feature = "sharing")]
    pub(crate) fn origin(&self) -> &str {
        self.parser.origin()
    }

    /// Sets the reconnection time, as a `retry` field does.
    #[cfg(feature = "sharing")]
    pub(crate) fn set_reconnection_time(&mut self, time: Duration) {
        self.connection.set_reconnection_time(time);
    }

    /// The reconnection time: what the stream has set it to, or
    /// [`DEFAULT_RECONNECTION_TIME`](crate::connection::DEFAULT_RECONNECTION_TIME).
    pub fn reconnection_time(&self) -> Duration {
        self.connection.reconnection_time()
    }

    /// Whether the policy allows to send the same request once more.
    fn may_repeat(&self) -> bool {
        self.connection.policy().repeats(self.parser.last_event_id())
    }

    /// Whether a request is out that has no response yet.
    fn is_in_flight(&self) -> bool {
        matches!(self.connection.state(), State::Requested | State::Probing { .. })
    }

    /// The standard fails the connection for every refused response. The policy may ask for another attempt for some statuses.
    /// The user may ask for one for any response, even without an ID to go on from.
    fn judge(&mut self, head: ResponseHead<'_>, retries: bool) -> Pending {
        self.cors_probe.saw_response();
        let retry_after = head.retry_after.unwrap_or_default();
        match head.check() {
            Ok(()) => Pending::Announced,
            Err(reason) if retries => Pending::Refused(reason, retry_after),
            Err(reason @ Reason::Status { status }) if self.connection.policy().retries(status) => {
                Pending::Lost(reason, retry_after)
            }
            Err(reason) => Pending::Futile(reason),
        }
    }

    fn let_go(&mut self) {
        self.pending = None;
        self.cors_probe.cancel();
        self.refusal = None;
        self.futile = None;
        self.reading = false;
        self.is_empty = false;
        // An incomplete event is lost with its stream.
        self.parser.restart();
        self.chunk = Chunk::default();
    }
}
