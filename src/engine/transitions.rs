//! The transitions of an engine. Each returns the action that announces it.

use crate::connection::{Clock, Verdict};
use crate::error::{Error, Reason};
use crate::event_stream::Found;
use crate::time::Duration;

use super::Engine;
use super::action::Action;

/// How long a probe may take. A server that needs longer counts as absent: the request is tried again later.
const PROBE_TIME: Duration = Duration::from_secs(5);

impl Engine {
    pub(super) fn request(&mut self, clock: &impl Clock) -> Action {
        self.connection.request(clock.now());
        self.idle.listen(|| clock.now());
        self.connecting.listen(|| clock.now());
        Action::Request
    }

    /// What to do while a response or a chunk is awaited.
    pub(super) fn watch(&mut self, clock: &impl Clock) -> Action {
        if !self.idle.is_watching() && !self.connecting.is_watching() {
            return Action::Nothing;
        }
        let now = clock.now();
        let (idle, connecting) = (self.idle.look(now), self.connecting.look(now));
        let until = idle.min(connecting);
        if now < until {
            return Action::Wait { until };
        }
        let reason = if idle < connecting { Reason::Idle } else { Reason::Timeout };
        self.cors_probe.failed_otherwise();
        self.lose(reason, Duration::ZERO, clock)
    }

    pub(super) fn announce(&mut self, clock: &impl Clock) -> Action {
        self.futile = None;
        self.connecting.rest();
        self.heard.hear();
        self.connection.announce(clock.now());
        Action::Open
    }

    /// The request failed, and CORS may have hidden its response.
    pub(super) fn suspect(&mut self, reason: Reason, clock: &impl Clock) -> Action {
        if !self.may_repeat() {
            return self.fail(reason);
        }
        match self.cors_probe.request_failed(reason) {
            Verdict::Probe => {
                self.connection.probe(clock.now().saturating_add(PROBE_TIME));
                Action::Probe
            }
            Verdict::Lost(reason) => self.lose(reason, Duration::ZERO, clock),
            Verdict::Refused => self.fail(Reason::Cors),
        }
    }

    /// Reestablishes the connection, if there is a request to send again and the policy allows it.
    pub(super) fn lose(&mut self, reason: Reason, retry_after: Duration, clock: &impl Clock) -> Action {
        if !self.has_request || !self.may_repeat() {
            return self.fail(reason);
        }
        self.reestablish(reason, retry_after, false, clock)
    }

    /// Waits at least `delay`, or exactly so long if the user has chosen it.
    pub(super) fn reestablish(
        &mut self,
        reason: Reason,
        delay: Duration,
        is_chosen: bool,
        clock: &impl Clock,
    ) -> Action {
        let reason = self.judged(reason);
        match self.connection.reestablish_after(delay, is_chosen, clock) {
            Some(delay) => {
                let refusal = self.refusal.take();
                self.let_go();
                let error = Error::new(reason, self.connection.failures(), Some(delay), refusal);
                Action::Reconnect { error }
            }
            None => self.fail(reason),
        }
    }

    pub(super) fn fail(&mut self, reason: Reason) -> Action {
        let refusal = self.refusal.take();
        let reason = self.judged(reason);
        self.let_go();
        self.connection.fail();
        let attempt = self.connection.failures().saturating_add(1);
        Action::Fail { error: Error::new(reason, attempt, None, refusal) }
    }

    fn await_chunk(&mut self, clock: &impl Clock) -> Action {
        if !self.reading && self.end.is_completed {
            return self.end_of_body(clock);
        }
        if let Some(action) = self.verify_on(clock) {
            return action;
        }
        if self.reading {
            self.chunk.rest();
            return self.watch(clock);
        }
        self.end.note(self.chunk.bytes());
        self.reading = true;
        if !self.is_empty {
            self.idle.listen(|| clock.now());
        }
        Action::Read
    }

    /// Interprets the chunk up to its next event. If there is none left in it, asks for the next chunk.
    pub(super) fn interpret(&mut self, clock: &impl Clock) -> Action {
        self.heard.note(|| clock.now());
        loop {
            match self.chunk.search(|rest| self.parser.find(rest)) {
                Found::ReconnectionTime(milliseconds) => {
                    self.connection.set_reconnection_time(Duration::from_millis(milliseconds.into()));
                }
                Found::Event => {
                    self.connection.delivered();
                    self.end.recognize();
                    return Action::Dispatch;
                }
                Found::Comment => return Action::Comment,
                Found::Nothing => return self.await_chunk(clock),
                Found::TooLarge => return self.fail(self.parser.error().into()),
            }
        }
    }
}
