//! An event source that does no I/O. You tell it what has happened: bytes and signals. It tells you what to do next, one
//! [`Action`] at a time.
//!
//! The code that does the I/O is called a *driver*. It asks for an action with [`Engine::next_action`], performs it, and
//! reports the result with [`Engine::receive`] or [`Engine::receive_chunk`]. The engine does nothing unless it is called.
//!
//! Each call of [`Engine::next_action`] interprets a chunk only up to the next event. So after [`Engine::close`], the rest
//! of the chunk is never interpreted. The engine asks for the next chunk only when all events of this one are taken. So the
//! body is read only as fast as its events are taken.
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

// The files of this folder:
//
// | file | what it has |
// |---|---|
// | `mod.rs` | `Engine`, and the order of its actions |
// | `action.rs` | actions and signals |
// | `transitions.rs` | each change of state, with the action that announces it |
// | `end.rs` | the end of a body: was the stream complete? |
// | `chunk.rs` | the chunk that is being interpreted |
// | `read_ahead.rs` | takes many small events from a chunk at once |
// | `verification.rs` | whether an open connection is alive |
// | `following.rs` | for shared connections: an engine without a connection of its own, which another engine tells what happens |

mod action;
mod chunk;
mod end;
#[cfg(feature = "sharing")]
mod following;
mod read_ahead;
mod transitions;
mod verification;

use alloc::borrow::Cow;
use core::fmt;

use crate::connection::{
    Clock, Connection, CorsProbe, IdleWatch, ReadyState, Reconnect, ResponseHead, State, Timestamp,
};
use crate::error::{Reason, Refusal};
use crate::event_stream::{EventHead, EventRef, Parser};
use crate::time::Duration;

use action::Pending;
pub use action::{Action, Signal};
use chunk::Chunk;
use end::End;
pub use end::Incomplete;
pub use verification::{DEFAULT_STALE_AFTER, DEFAULT_VERIFY_TIMEOUT, Verify};
use verification::{LastHeard, Verification};

/// How far the next request is, for a source that decides about each.
#[cfg(feature = "web")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// A request was sent, and the next one is due, or awaits its time.
    Repetition,
    /// It was sent.
    Sent,
    /// It has failed, and is probed.
    Probed,
    Other,
}

/// An event source without its platform. It has no network connection, so dropping it closes nothing: its driver lets go of the
/// request. The [module](self) has an example.
pub struct Engine {
    connection: Connection,
    parser: Parser,
    /// Watches the connection while a response or a chunk is awaited.
    idle: IdleWatch,
    /// Watches it while a response is awaited.
    connecting: IdleWatch,
    chunk: Chunk,
    end: End,
    pending: Option<Pending>,
    /// [`Action::Read`] was returned, and no chunk has come since.
    reading: bool,
    /// The last chunk had no bytes, so the wait for a byte goes on.
    is_empty: bool,
    cors_probe: CorsProbe,
    /// The refused response, for the error that reports it.
    refusal: Option<Refusal>,
    /// There is a request that can be sent again. If not, a lost connection fails.
    has_request: bool,
    /// Why another attempt is futile if this request fails.
    futile: Option<Reason>,
    heard: LastHeard,
    verification: Verification,
    verifies_when_back: bool,
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
    /// An engine whose first action is the request. The parser brings the limit on events and, if a stream is to be resumed, the last
    /// event ID.
    pub fn new(parser: Parser) -> Self {
        Self {
            connection: Connection::default(),
            parser,
            idle: IdleWatch::default(),
            connecting: IdleWatch::default(),
            chunk: Chunk::default(),
            end: End::default(),
            pending: None,
            reading: false,
            is_empty: false,
            cors_probe: CorsProbe::default(),
            refusal: None,
            has_request: true,
            futile: None,
            heard: LastHeard::default(),
            verification: Verification::default(),
            verifies_when_back: false,
        }
    }

    /// The same engine with other rules for reconnecting.
    #[must_use]
    pub fn with_reconnect(mut self, policy: Reconnect) -> Self {
        self.connection.set_policy(policy);
        self
    }

    /// The same engine with an idle timeout: how long the response or the next byte may take. Every byte counts, also that of a comment or
    /// an ignored field. If a quarter of a second after that time nothing has come either, the connection is lost with
    /// [`Reason::Idle`]. Defaults to no timeout.
    #[must_use]
    pub fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle = IdleWatch::new(timeout);
        self
    }

    /// The same engine with a limit on the wait for a response. The wait begins when the engine decides to send the request,
    /// so the time of a function that gives the headers counts. If there is no response a quarter of a second after the
    /// limit either, the attempt is lost with [`Reason::Timeout`]. Defaults to no limit.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connecting = IdleWatch::new(timeout);
        self
    }

    /// An engine for a body that you already have. Its first action is [`Action::Open`]. When the body is over, it fails with
    /// [`Reason::Ended`].
    pub fn for_body(parser: Parser) -> Self {
        let mut engine = Self::new(parser);
        engine.has_request = false;
        engine.connection.request(Timestamp::ZERO);
        engine.pending = Some(Pending::Announced);
        engine
    }

    /// What to do next. `readyState` changes here, together with the action that announces it. It also changes in methods that ask for
    /// it by name, such as [`close`](Engine::close) and [`suspend`](Engine::suspend).
    pub fn next_action(&mut self, clock: &impl Clock) -> Action {
        match self.pending.take() {
            Some(Pending::Announced) => return self.announce(clock),
            Some(Pending::Hidden(reason)) => return self.suspect(reason, clock),
            Some(Pending::Answered) => self.connection.answered(),
            Some(Pending::EndOfBody) if self.completes() => {}
            Some(Pending::EndOfBody) => return self.end_of_body(clock),
            Some(Pending::Refused(reason, delay, is_chosen)) => {
                return self.reestablish(reason, delay, is_chosen, clock);
            }
            Some(Pending::Lost(reason, retry_after)) => return self.lose(reason, retry_after, clock),
            Some(Pending::Futile(reason)) => return self.fail(reason),
            Some(Pending::Suspended) => return Action::Suspended,
            Some(Pending::Replaced) => return self.replace(clock),
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

    /// Takes a signal, which the next action acts on. A signal that no action asked for is ignored. Of two signals before the next
    /// action, the second is ignored.
    pub fn receive(&mut self, signal: Signal<'_>) {
        if self.pending.is_some() {
            return;
        }
        let state = self.connection.state();
        let in_flight = self.is_in_flight();
        let pending = match signal {
            Signal::Response(head) if state == State::Requested => self.judge(head, false, None),
            Signal::Refused { head, refusal, retries, delay } if state == State::Requested => {
                self.refusal = refusal;
                self.judge(head, retries, delay)
            }
            Signal::Judging if state == State::Requested => {
                self.connecting.rest();
                return self.idle.rest();
            }
            Signal::EndOfBody | Signal::NetworkError { .. } if self.reading && self.leaves_it_to_candidate() => return,
            Signal::EndOfBody if self.reading => Pending::EndOfBody,
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

    /// Makes room for a chunk of the body. The caller copies its `length` bytes into the slice that this returns. Returns `None` if no
    /// action has asked for a chunk. An empty chunk does not restart the idle timeout.
    pub fn receive_chunk(&mut self, length: usize) -> Option<&mut [u8]> {
        if !self.reading {
            return None;
        }
        self.reading = false;
        self.is_empty = length == 0;
        if !self.is_empty {
            self.connection.received();
            self.hear();
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

    /// The data of that event, not decoded. It is UTF-8, except where the stream is malformed. Data that lies in the chunk in one piece
    /// is not copied.
    pub fn raw_data(&mut self) -> Option<&[u8]> {
        self.parser.raw_data(self.chunk.searched())
    }

    /// The comment of the last [`Action::Comment`], until the next action.
    pub fn comment(&self) -> Option<Cow<'_, str>> {
        self.parser.comment(self.chunk.searched())
    }

    /// Drops everything that was received and not yet dispatched: the rest of a chunk, and an incomplete event. The next byte begins a
    /// new stream, which may begin with a byte order mark. The last event ID string stays.
    pub fn reset(&mut self) {
        self.chunk.skip();
        self.parser.restart();
    }

    /// If the current request fails, another attempt is futile, for this reason. The failure itself comes as a signal. Of several
    /// reasons, the first one counts.
    pub fn expect_futile(&mut self, reason: Reason) {
        if self.is_in_flight() {
            self.futile.get_or_insert(reason);
        }
    }

    /// The document enters the back/forward cache, or is hidden: ends the connection for now. The caller lets go of the request. An
    /// engine [for a body](Engine::for_body) goes on.
    pub fn suspend(&mut self) {
        if self.has_request && !matches!(self.connection.state(), State::Suspended | State::Closed) {
            self.let_go();
            self.connection.suspend();
            self.pending = Some(Pending::Suspended);
        }
    }

    /// The document is shown again: the request is due, with the last event ID, and no error is fired. The connection fails if a request
    /// was sent before and the policy does not allow another one.
    pub fn resume(&mut self) {
        if self.connection.state() == State::Suspended && self.connection.was_requested() && !self.may_repeat() {
            self.pending = Some(Pending::Futile(Reason::Aborted));
            return;
        }
        self.connection.resume();
    }

    /// Ends the connection and makes another one at once, with the last event ID. The caller lets go of the request. No error is fired.
    /// Does nothing while [suspended](Engine::suspend), after CLOSED, and in an engine [for a body](Engine::for_body). Returns whether
    /// it reconnects.
    pub fn reconnect(&mut self) -> bool {
        let reconnects = self.has_request && !matches!(self.connection.state(), State::Suspended | State::Closed);
        if reconnects {
            self.let_go();
            self.connection.reconnect();
            self.pending = Some(Pending::Suspended);
        }
        reconnects
    }

    /// Ends the wait for the next attempt, because it is likely to succeed now: for example, the network is back.
    pub fn stop_waiting(&mut self) {
        self.connection.stop_waiting();
    }

    /// Closes the source. From now on every action is [`Action::Nothing`]. The caller lets go of the request.
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

    /// Sets the last event ID string, with which the next request goes out: the server does not know the last one any more, for
    /// example. An incomplete event is not affected.
    pub fn set_last_event_id(&mut self, id: &str) {
        self.parser.set_last_event_id(id);
    }

    /// Sets the origin of the events to that of the response's URL. See [`Parser::set_origin`].
    pub fn set_origin(&mut self, origin: &str) {
        self.parser.set_origin(origin);
    }

    /// The origin that [`set_origin`](Engine::set_origin) has set.
    #[cfg(feature = "sharing")]
    pub(crate) fn origin(&self) -> &str {
        self.parser.origin()
    }

    /// Sets the reconnection time, as a `retry` field does.
    #[cfg(feature = "sharing")]
    pub(crate) fn set_reconnection_time(&mut self, time: Duration) {
        self.connection.set_reconnection_time(time);
    }

    /// The reconnection time: the one that the stream has set, or [`Reconnect::initial_delay`].
    pub fn reconnection_time(&self) -> Duration {
        self.connection.reconnection_time()
    }

    /// How far the next request is.
    #[cfg(feature = "web")]
    pub(crate) fn stage(&self) -> Stage {
        match self.connection.state() {
            State::Due | State::Waiting { .. } if self.pending.is_none() && self.connection.was_requested() => {
                Stage::Repetition
            }
            State::Requested | State::Open => Stage::Sent,
            State::Probing { .. } => Stage::Probed,
            _ => Stage::Other,
        }
    }

    /// Whether the policy allows to send the same request once more.
    fn may_repeat(&self) -> bool {
        self.connection.policy().repeats(self.parser.last_event_id())
    }

    /// Whether a request was sent that has no response yet.
    fn is_in_flight(&self) -> bool {
        matches!(self.connection.state(), State::Requested | State::Probing { .. })
    }

    /// What follows from a response. The standard fails the connection for every refused one. The policy may try again after some
    /// statuses. The user may try again after any response, even without an event ID to go on from.
    fn judge(&mut self, head: ResponseHead<'_>, retries: bool, delay: Option<Duration>) -> Pending {
        self.cors_probe.saw_response();
        let retry_after = head.retry_after.unwrap_or_default();
        match head.check() {
            Ok(()) => Pending::Announced,
            Err(reason) if retries || self.retries_after(&reason) => {
                Pending::Refused(reason, delay.unwrap_or(retry_after), delay.is_some())
            }
            Err(reason) => Pending::Futile(reason),
        }
    }

    /// Whether the policy tries again after this response, without asking the user.
    fn retries_after(&self, reason: &Reason) -> bool {
        let Reason::Status { status } = reason else { return false };
        self.connection.policy().retries(*status, self.parser.last_event_id())
    }

    fn let_go(&mut self) {
        self.pending = None;
        self.cors_probe.cancel();
        self.refusal = None;
        self.futile = None;
        self.reading = false;
        self.is_empty = false;
        self.verification = Verification::None;
        // An incomplete event is lost with its stream.
        self.parser.restart();
        self.chunk = Chunk::default();
        self.end.restart();
    }
}
