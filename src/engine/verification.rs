//! Finding out whether an open connection is still alive, without heartbeats of the server: another request goes out beside it.
//!
//! Of the two, the one that speaks first stays. Bytes of the open connection prove it, and the other request, the *candidate*, is let go
//! of. If the candidate's response is accepted first, it takes the open connection's place. It was sent with the last event ID of that
//! moment, and nothing was dispatched since, because the first byte would have been the proof. So nothing is lost or doubled if the
//! server can continue from an ID. Without IDs, what the server sends between the two is lost, but nothing is doubled.

use core::mem;

use crate::connection::{Clock, IdleWatch, ReadyState, Timestamp};
use crate::error::Reason;
use crate::time::Duration;

use super::Engine;
use super::action::{Action, Pending, Signal};

/// The default of [`Verify::stale_after`]: servers that send heartbeats do it about this often.
pub const DEFAULT_STALE_AFTER: Duration = Duration::from_secs(15);

/// The default of [`Verify::timeout`].
pub const DEFAULT_VERIFY_TIMEOUT: Duration = Duration::from_secs(10);

/// The options of `EventSource::verify` and [`Engine::verify`], which find out whether a connection is alive.
///
/// ```
/// use core::time::Duration;
/// use wasm_eventsource::engine::{Engine, Verify};
///
/// let mut engine = Engine::default();
/// // While CONNECTING, the next connection is the answer.
/// assert!(engine.verify(Verify::default().stale_after(Duration::from_secs(5))));
/// engine.close();
/// assert!(!engine.verify(Verify::default()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "these options have no effect until a source is verified with them"]
pub struct Verify {
    stale_after: Duration,
    timeout: Duration,
    /// Bytes that come from now on prove the connection.
    listens: bool,
}

impl Default for Verify {
    fn default() -> Self {
        Self { stale_after: DEFAULT_STALE_AFTER, timeout: DEFAULT_VERIFY_TIMEOUT, listens: true }
    }
}

impl Verify {
    /// If bytes came within this time, the connection is alive, and no request is sent. With [`Duration::ZERO`], a new
    /// connection always replaces the old one. Then nothing is read from the old one after the new request is sent. Defaults
    /// to [`DEFAULT_STALE_AFTER`], 15 seconds.
    pub const fn stale_after(mut self, time: Duration) -> Self {
        self.stale_after = time;
        self.listens = !time.is_zero();
        self
    }

    /// How long the source waits for the response to the new request. After this time, the connection is lost with
    /// [`Reason::Timeout`], and the source reconnects. Defaults to [`DEFAULT_VERIFY_TIMEOUT`], 10 seconds.
    pub const fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// The network may be another one: bytes that came before prove nothing, but bytes that come from now on do.
    pub(crate) const ONLINE: Self =
        Self { stale_after: Duration::ZERO, timeout: DEFAULT_VERIFY_TIMEOUT, listens: true };

    /// What members of a group tell each other about it, with times in milliseconds.
    #[cfg(feature = "sharing")]
    pub(crate) fn to_parts(self) -> (u32, u32, bool) {
        let milliseconds = crate::time::whole_milliseconds;
        (milliseconds(self.stale_after), milliseconds(self.timeout), self.listens)
    }

    #[cfg(feature = "sharing")]
    pub(crate) fn from_parts(stale_after: u32, timeout: u32, listens: bool) -> Self {
        let milliseconds = |time: u32| Duration::from_millis(time.into());
        Self { stale_after: milliseconds(stale_after), timeout: milliseconds(timeout), listens }
    }
}

/// How far a verification is.
#[derive(Debug, Default)]
pub(super) enum Verification {
    #[default]
    None,
    /// It was asked for.
    Wanted(Verify),
    /// The candidate was sent.
    Requested {
        /// Watches the candidate.
        watch: IdleWatch,
        /// Bytes of the open connection still count. Not if it is to be replaced in any case, and not after its end.
        listens: bool,
    },
    /// Bytes of the open connection have come.
    Proven,
}

/// When bytes came last.
#[derive(Debug, Default)]
pub(super) struct LastHeard {
    at: Timestamp,
    /// Bytes have come since the time was asked for.
    is_later: bool,
}

impl LastHeard {
    /// Bytes have come.
    pub(super) fn hear(&mut self) {
        self.is_later = true;
    }

    /// Takes note of the time, once for each chunk.
    pub(super) fn note(&mut self, now: impl FnOnce() -> Timestamp) {
        if mem::take(&mut self.is_later) {
            self.at = now();
        }
    }
}

impl Engine {
    /// The same engine, which [verifies](Engine::verify) its connection by itself when the [document is shown
    /// again](Engine::come_back), and when the [network is back](Engine::online).
    #[must_use]
    pub fn with_verification_when_back(mut self) -> Self {
        self.verifies_when_back = true;
        self
    }

    /// Finds out whether the open connection is still alive, or puts another one in its place.
    ///
    /// [`Action::Verified`] or [`Action::Replaced`] follows when that is known. If the new request fails, or is not answered in time,
    /// the connection is lost: [`Action::Reconnect`] follows, or [`Action::Fail`] if the policy allows no other attempt or the response
    /// is refused. While CONNECTING, this ends the wait for the next attempt, and [`Action::Open`] is the answer. Verifications do not
    /// add up: the next answer is for all.
    ///
    /// Returns false if it can do nothing: if the source is CLOSED, in an engine [for a body](Engine::for_body), and if the
    /// rules for reconnecting do not allow to send the request again.
    pub fn verify(&mut self, how: Verify) -> bool {
        match self.ready_state() {
            ReadyState::Closed => return false,
            ReadyState::Connecting => self.stop_waiting(),
            ReadyState::Open if !self.has_request || !self.may_repeat() => return false,
            ReadyState::Open => {
                let is_enough = match self.verification {
                    Verification::None => false,
                    Verification::Wanted(before) => {
                        !before.listens || how.listens && before.stale_after <= how.stale_after
                    }
                    Verification::Requested { listens, .. } => !listens || how.listens,
                    Verification::Proven => how.listens,
                };
                if !is_enough {
                    self.verification = Verification::Wanted(how);
                }
            }
        }
        self.has_request
    }

    /// The document was hidden or frozen, and is shown again: as [`resume`](Engine::resume). An engine [with verification when
    /// back](Engine::with_verification_when_back) verifies its connection.
    pub fn come_back(&mut self) {
        self.resume();
        if self.verifies_when_back {
            self.verify(Verify::default());
        }
    }

    /// The network is back: as [`stop_waiting`](Engine::stop_waiting). An engine [with verification when
    /// back](Engine::with_verification_when_back) verifies its connection. Only bytes that come from now on prove it, because those
    /// before may have come over another network.
    pub fn online(&mut self) {
        self.stop_waiting();
        if self.verifies_when_back {
            self.verify(Verify::ONLINE);
        }
    }

    /// Whether something is awaited of the candidate. If not, it will be let go of.
    pub fn awaits_candidate(&self) -> bool {
        matches!(self.verification, Verification::Requested { .. }) && self.pending.is_none()
    }

    /// As [`receive`](Engine::receive), for the request of [`Action::RequestCandidate`].
    pub fn receive_for_candidate(&mut self, signal: Signal<'_>) {
        let Verification::Requested { watch, .. } = &mut self.verification else { return };
        if self.pending.is_some() {
            return;
        }
        let pending = match signal {
            Signal::Response(head) => self.judge(head, false, None),
            Signal::Refused { head, refusal, retries, delay } => {
                self.refusal = refusal;
                self.judge(head, retries, delay)
            }
            Signal::Judging => return watch.rest(),
            Signal::NetworkError { message, .. } => Pending::Lost(Reason::Network { message }, Duration::ZERO),
            Signal::Unprepared { message } => Pending::Lost(Reason::Unprepared { message }, Duration::ZERO),
            Signal::Unusable { message } => Pending::Futile(Reason::Unusable { message }),
            Signal::EndOfBody | Signal::Answered => return,
        };
        self.reading = false;
        self.pending = Some(match pending {
            Pending::Announced => Pending::Replaced,
            other => other,
        });
    }

    /// Whether a chunk of the open connection is awaited.
    #[cfg(feature = "sharing")]
    pub(crate) fn is_reading(&self) -> bool {
        self.reading
    }

    /// Bytes of the open connection have come.
    pub(crate) fn hear(&mut self) {
        self.heard.hear();
        let is_proof = matches!(
            self.verification,
            Verification::Requested { listens: true, .. } | Verification::Wanted(Verify { listens: true, .. })
        );
        if is_proof {
            self.verification = Verification::Proven;
        }
    }

    /// The open connection is over. Returns whether a candidate is on its way, which decides what follows.
    pub(super) fn leaves_it_to_candidate(&mut self) -> bool {
        // The answer is complete, and some policies do not repeat a complete answer.
        let repeats = self.connection.policy().repeats_after_end();
        match &mut self.verification {
            Verification::Requested { listens, .. } if repeats => *listens = false,
            _ => return false,
        }
        self.reading = false;
        true
    }

    /// What to do about a verification when everything that was received is interpreted. `None` if a chunk is to be awaited as ever.
    pub(super) fn verify_on(&mut self, clock: &impl Clock) -> Option<Action> {
        match &mut self.verification {
            Verification::Proven => {
                self.verification = Verification::None;
                Some(Action::Verified)
            }
            // The ID was cleared meanwhile, and the request may not be sent without one. At least that shows that bytes have come.
            Verification::Wanted(_) if !self.connection.policy().repeats(self.parser.last_event_id()) => {
                self.verification = Verification::None;
                Some(Action::Verified)
            }
            Verification::Wanted(how) if clock.now().saturating_sub(self.heard.at) < how.stale_after => {
                self.verification = Verification::None;
                Some(Action::Verified)
            }
            Verification::Wanted(Verify { timeout, listens, .. }) if self.reading || !*listens => {
                let listens = *listens;
                let mut watch = IdleWatch::new(*timeout);
                let now = clock.now();
                let until = self.connection.earliest();
                if now < until {
                    return Some(Action::Wait { until });
                }
                self.connection.request_candidate(now);
                watch.listen(|| now);
                self.reading &= listens;
                self.verification = Verification::Requested { watch, listens };
                Some(Action::RequestCandidate)
            }
            Verification::Requested { watch, listens } if self.reading || !*listens => {
                self.chunk.rest();
                let now = clock.now();
                Some(match watch.look(now) {
                    Timestamp::MAX => Action::Nothing,
                    until if now < until => Action::Wait { until },
                    _ => self.lose(Reason::Timeout, Duration::ZERO, clock),
                })
            }
            _ => None,
        }
    }

    /// The candidate takes the place of the open connection, whose incomplete event is lost: its ID was not sent, so the server sends
    /// it again.
    pub(super) fn replace(&mut self, clock: &impl Clock) -> Action {
        self.let_go();
        self.connection.replace(clock.now());
        self.heard.hear();
        Action::Replaced
    }
}
