//! What a driver knows of its engine: what it was told and what it has done, and nothing of what is inside.

use core::time::Duration;

use wasm_eventsource::connection::{MAX_RECONNECTION_TIME, ReadyState, Timestamp};
use wasm_eventsource::engine::{Action, Engine};

use super::naive::{self, Told};
use super::operations::{Command, Operation, Report, Settings};
use super::vectors::Message;

/// A connection that lasted this long is a success.
pub(crate) const HELD: Duration = Duration::from_secs(1);

/// What can be asked of an engine at any time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Snapshot {
    pub(crate) ready_state: ReadyState,
    pub(crate) last_event_id: String,
    pub(crate) reconnection_time: Duration,
}

impl Snapshot {
    pub(crate) fn of(engine: &Engine) -> Self {
        Self {
            ready_state: engine.ready_state(),
            last_event_id: engine.last_event_id().to_string(),
            reconnection_time: engine.reconnection_time(),
        }
    }
}

/// One operation, or one action that the engine was asked for, and what can be seen of it.
#[derive(Debug)]
pub(crate) struct Step {
    /// What was done; `None` if the engine was asked for its next action.
    pub(crate) operation: Option<Operation>,
    pub(crate) action: Option<Action>,
    /// The event of an [`Action::Dispatch`], the comment of an [`Action::Comment`]; otherwise what the engine has all the same.
    pub(crate) at_hand: Vec<Told>,
    /// The events of a batch that were taken, beside the first one.
    pub(crate) taken: Vec<Message>,
    /// Whether the engine took the chunk, or says that it reconnects.
    pub(crate) accepted: bool,
    pub(crate) before: Snapshot,
    pub(crate) after: Snapshot,
    pub(crate) now: Timestamp,
}

/// What the driver has out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Out {
    Nothing,
    Request,
    Probe {
        since: Timestamp,
    },
    /// The response's body. `reading` if the engine has asked for a chunk and has none yet.
    Body {
        reading: bool,
    },
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verifying {
    Nothing,
    Wanted {
        listens: bool,
    },
    /// The candidate is out.
    Requested {
        listens: bool,
        since: Timestamp,
    },
    /// Bytes of the open connection have come.
    Proven,
}

/// The driver's notes.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) settings: Settings,
    pub(crate) out: Out,
    /// After close(), and after [`Action::Fail`].
    pub(crate) is_closed: bool,
    /// From suspend() to resume().
    pub(crate) is_suspended: bool,
    /// [`Action::Suspended`] is to come.
    pub(crate) is_let_go: bool,
    /// The reasons that errors may have now, by what was reported since the last request or read.
    pub(crate) reasons: Vec<&'static str>,
    /// Something was reported that the next action has to be about.
    pub(crate) is_reported: bool,
    /// A response that announces the connection was reported.
    pub(crate) is_announced: bool,
    pub(crate) verifying: Verifying,
    /// The candidate's response announces a connection.
    pub(crate) is_accepted: bool,
    /// A failure that CORS may have caused was reported.
    pub(crate) is_hidden: bool,
    /// The probe was answered.
    pub(crate) is_answered: bool,
    /// The request was sent because a probe was answered.
    pub(crate) follows_probe: bool,
    /// The document was shown again, and the request may not be repeated.
    pub(crate) is_doomed: bool,
    /// The last `Retry-After`, and whether the user wants another attempt.
    pub(crate) retry_after: Duration,
    pub(crate) user_retries: bool,
    /// Since when something is awaited.
    pub(crate) awaited_since: Timestamp,
    /// When the announced requests were sent.
    pub(crate) requests: Vec<Timestamp>,
    /// How many of the last requests were in a row, each soon after the one before.
    pub(crate) row: usize,
    /// The engine has promised a request at this time.
    pub(crate) due: Timestamp,
    /// The server wants none before.
    pub(crate) not_before: Timestamp,
    /// The user has asked for another connection.
    pub(crate) is_wished: bool,
    pub(crate) opened_at: Option<Timestamp>,
    /// Bytes of the body have come.
    has_bytes: bool,
    /// The last chunk had none.
    is_empty: bool,
    /// Errors in a row.
    pub(crate) failures: u32,
    /// The bytes of the stream so far, and the last event ID at its beginning.
    stream: Vec<u8>,
    first_id: String,
    /// What the stream says, how much of that was told, and the last event ID at its end.
    pub(crate) meaning: Vec<Told>,
    pub(crate) told: usize,
    pub(crate) last_id: String,
}

impl Ledger {
    pub(crate) fn new(settings: Settings) -> Self {
        let id = settings.last_event_id;
        let for_body = settings.for_body;
        Self {
            settings,
            out: if for_body { Out::Request } else { Out::Nothing },
            is_closed: false,
            is_suspended: false,
            is_let_go: false,
            reasons: Vec::new(),
            is_reported: for_body,
            is_announced: for_body,
            verifying: Verifying::Nothing,
            is_accepted: false,
            is_hidden: false,
            is_answered: false,
            follows_probe: false,
            is_doomed: false,
            retry_after: Duration::ZERO,
            user_retries: false,
            awaited_since: Duration::ZERO,
            requests: Vec::new(),
            row: 0,
            due: Duration::ZERO,
            not_before: Duration::ZERO,
            is_wished: false,
            opened_at: None,
            has_bytes: false,
            is_empty: false,
            failures: 0,
            stream: Vec::new(),
            first_id: id.to_string(),
            meaning: Vec::new(),
            told: 0,
            last_id: id.to_string(),
        }
    }

    pub(crate) fn is_reading(&self) -> bool {
        self.out == Out::Body { reading: true }
    }

    pub(crate) fn awaits_candidate(&self) -> bool {
        matches!(self.verifying, Verifying::Requested { .. }) && !self.is_reported
    }

    /// A request or a probe is out, and its result was not acted on yet.
    pub(crate) fn is_in_flight(&self) -> bool {
        matches!(self.out, Out::Request | Out::Probe { .. })
    }

    /// The next things that the stream says: what is to be told, and the reconnection times before it.
    pub(crate) fn next_told(&self) -> (Option<&Told>, Option<Duration>) {
        let mut time = None;
        for told in &self.meaning[self.told..] {
            match told {
                Told::ReconnectionTime(milliseconds) => {
                    time = Some(Duration::from_millis((*milliseconds).into()).min(MAX_RECONNECTION_TIME));
                }
                Told::Comment(_) if !self.settings.with_comments => {}
                told => return (Some(told), time),
            }
        }
        (None, time)
    }

    /// The events that follow the one that was told last, with nothing else between them but comments that nobody asked for.
    pub(crate) fn following_events(&self) -> impl Iterator<Item = &Message> {
        let rest = self.meaning[self.told..]
            .iter()
            .filter(|told| self.settings.with_comments || !matches!(told, Told::Comment(_)));
        rest.map_while(|told| if let Told::Event(message) = told { Some(message) } else { None })
    }

    /// Whether the connection has lasted long enough, and brought bytes: then it is a success.
    pub(crate) fn has_held(&self, now: Timestamp) -> bool {
        self.has_bytes && self.opened_at.is_some_and(|opened_at| now - opened_at >= HELD)
    }

    /// Takes note of a step whose invariants hold.
    pub(crate) fn note(&mut self, step: &Step) {
        match (&step.operation, &step.action) {
            (_, Some(action)) => self.note_action(action, step),
            (Some(operation), None) => self.note_operation(operation, step),
            (None, None) => {}
        }
    }

    fn note_action(&mut self, action: &Action, step: &Step) {
        match action {
            Action::Request => {
                self.note_request(step.now);
                self.follows_probe = self.is_answered;
                self.send(Out::Request, step.now);
                (self.due, self.not_before, self.is_wished) = (Duration::ZERO, Duration::ZERO, false);
            }
            Action::Probe => self.send(Out::Probe { since: step.now }, step.now),
            Action::Open => {
                self.send(Out::Body { reading: false }, step.now);
                self.opened_at = Some(step.now);
                (self.has_bytes, self.is_empty) = (false, false);
            }
            Action::Read => {
                // A chunk without bytes is no sign of life.
                let since = if self.is_empty { self.awaited_since } else { step.now };
                self.send(Out::Body { reading: true }, since);
                self.told = self.meaning.len();
            }
            Action::Dispatch => {
                self.failures = 0;
                self.skip_to_event();
            }
            Action::Comment => self.skip_to_event(),
            Action::Reconnect { error } => {
                self.failures = error.attempt();
                self.due = step.now.saturating_add(error.reconnects_in().unwrap_or_default());
                self.not_before = step.now.saturating_add(self.retry_after);
                self.is_wished = self.user_retries;
                self.opened_at = None;
                self.let_go(step);
            }
            Action::Fail { .. } => {
                (self.is_closed, self.is_let_go) = (true, false);
                self.let_go(step);
            }
            Action::Suspended => self.is_let_go = false,
            Action::RequestCandidate => {
                self.note_request(step.now);
                if let Verifying::Wanted { listens } = self.verifying {
                    self.verifying = Verifying::Requested { listens, since: step.now };
                    if !listens {
                        self.out = Out::Body { reading: false };
                    }
                }
            }
            Action::Verified => self.verifying = Verifying::Nothing,
            Action::Replaced => {
                if self.has_held(step.now) {
                    self.failures = 0;
                }
                self.let_go(step);
                self.out = Out::Body { reading: false };
                self.opened_at = Some(step.now);
                (self.has_bytes, self.is_empty) = (false, false);
            }
            _ => {}
        }
    }

    /// Requests and candidates keep their distance to each other.
    fn note_request(&mut self, now: Timestamp) {
        let is_soon = self.requests.last().is_some_and(|last| now - *last < Duration::from_millis(200));
        self.row = if is_soon { self.row + 1 } else { 0 };
        self.requests.push(now);
    }

    fn note_operation(&mut self, operation: &Operation, step: &Step) {
        let is_reading = self.is_reading();
        match operation {
            // Of several reports, the first one counts.
            Operation::Response { .. }
            | Operation::Refused { .. }
            | Operation::EndOfBody
            | Operation::NetworkError { .. }
            | Operation::Unprepared
            | Operation::Unusable
            | Operation::Answered
            | Operation::ForCandidate(_)
                if self.is_reported => {}
            Operation::Response { head } | Operation::Refused { head, .. } if self.out == Out::Request => {
                self.is_announced |= head.announces();
                self.report(&["status", "content-type"]);
                self.retry_after = head.retry_after.unwrap_or_default();
                self.user_retries = matches!(operation, Operation::Refused { retries: true, .. });
            }
            Operation::Chunk(bytes) if step.accepted => {
                self.out = Out::Body { reading: false };
                self.is_empty = bytes.is_empty();
                self.has_bytes |= !self.is_empty;
                let is_heard = matches!(
                    self.verifying,
                    Verifying::Wanted { listens: true } | Verifying::Requested { listens: true, .. }
                );
                if is_heard && !self.is_empty {
                    self.verifying = Verifying::Proven;
                }
                self.stream.extend_from_slice(bytes);
                (self.meaning, self.last_id) = naive::tell(&self.stream, &self.first_id);
            }
            Operation::EndOfBody | Operation::NetworkError { .. }
                if is_reading && !self.settings.only_with_id && self.awaits_candidate() =>
            {
                // The candidate decides.
                if let Verifying::Requested { listens, .. } = &mut self.verifying {
                    *listens = false;
                }
                self.out = Out::Body { reading: false };
            }
            Operation::ForCandidate(report) if self.awaits_candidate() => self.note_report(report),
            Operation::Verify { listens } if step.accepted && step.before.ready_state == ReadyState::Open => {
                self.verifying = match self.verifying {
                    Verifying::Wanted { listens: before } => Verifying::Wanted { listens: before && *listens },
                    requested @ Verifying::Requested { listens: before, .. } if !before || *listens => requested,
                    Verifying::Proven if *listens => Verifying::Proven,
                    _ => Verifying::Wanted { listens: *listens },
                };
            }
            // It ends the wait.
            Operation::Verify { .. } if step.accepted => self.due = self.not_before,
            Operation::EndOfBody if is_reading => self.report(&["ended"]),
            Operation::NetworkError { hidden } if is_reading || self.is_in_flight() => {
                self.is_hidden |= *hidden;
                self.report(&["network"]);
            }
            Operation::Unprepared if self.out == Out::Request => self.report(&["unprepared"]),
            Operation::Unusable if is_reading || self.is_in_flight() => self.report(&["unusable"]),
            Operation::Answered if matches!(self.out, Out::Probe { .. }) => {
                self.is_answered = true;
                self.report(&[]);
            }
            Operation::ExpectFutile if self.is_in_flight() => self.reasons.push("blocked"),
            Operation::StopWaiting => self.due = self.not_before,
            Operation::Reset => self.begin_stream(step),
            Operation::Take { meanwhile, .. } => {
                for _ in 0..step.taken.len() {
                    self.skip_to_event();
                }
                self.note_command(*meanwhile, step);
            }
            Operation::Command(command) => self.note_command(*command, step),
            _ => {}
        }
    }

    fn note_report(&mut self, report: &Report) {
        match report {
            Report::Response { head } | Report::Refused { head, .. } => {
                self.is_accepted = head.announces();
                self.report(&["status", "content-type"]);
                self.retry_after = head.retry_after.unwrap_or_default();
                self.user_retries = matches!(report, Report::Refused { retries: true, .. });
            }
            Report::NetworkError => self.report(&["network"]),
            Report::Unprepared => self.report(&["unprepared"]),
            Report::Unusable => self.report(&["unusable"]),
            Report::Judging => {}
        }
    }

    fn note_command(&mut self, command: Command, step: &Step) {
        match command {
            Command::Close => {
                (self.is_closed, self.is_let_go) = (true, false);
                self.let_go(step);
            }
            Command::Suspend if self.may_let_go() => {
                self.is_suspended = true;
                self.is_let_go = true;
                self.let_go(step);
            }
            Command::Resume if self.is_suspended => {
                self.is_suspended = false;
                let may_repeat = !self.settings.only_with_id || !step.after.last_event_id.is_empty();
                self.is_doomed = !self.requests.is_empty() && !may_repeat;
                self.due = self.not_before;
            }
            Command::Reconnect if self.may_let_go() => {
                self.is_let_go = true;
                self.is_wished = true;
                self.let_go(step);
                (self.due, self.not_before) = (Duration::ZERO, Duration::ZERO);
            }
            _ => {}
        }
    }

    /// Whether suspend() and reconnect() have an effect.
    pub(crate) fn may_let_go(&self) -> bool {
        !(self.is_closed || self.is_suspended || self.is_doomed || self.settings.for_body)
    }

    /// The next action is about this. The engine reads no more.
    fn report(&mut self, reasons: &[&'static str]) {
        self.is_reported = true;
        self.reasons.extend(reasons);
        (self.retry_after, self.user_retries) = (Duration::ZERO, false);
        if let Out::Body { reading } = &mut self.out {
            *reading = false;
        }
    }

    /// The engine's request, probe or read is out.
    fn send(&mut self, out: Out, now: Timestamp) {
        if out == Out::Request && self.has_held(now) {
            self.failures = 0;
        }
        if out == Out::Request {
            self.opened_at = None;
        }
        // A probe that finds no server gives the reason of the request before it.
        let is_body = matches!(out, Out::Body { .. });
        self.reasons.retain(|reason| !is_body && ["network", "blocked"].contains(reason));
        self.out = out;
        self.awaited_since = now;
        self.forget_reports();
        (self.retry_after, self.user_retries) = (Duration::ZERO, false);
    }

    fn let_go(&mut self, step: &Step) {
        self.out = Out::Nothing;
        self.reasons.clear();
        self.verifying = Verifying::Nothing;
        self.forget_reports();
        self.begin_stream(step);
    }

    fn forget_reports(&mut self) {
        self.is_reported = false;
        (self.is_announced, self.is_hidden, self.is_answered) = (false, false, false);
        self.is_accepted = false;
    }

    fn begin_stream(&mut self, step: &Step) {
        self.stream.clear();
        self.meaning.clear();
        self.told = 0;
        self.first_id.clone_from(&step.after.last_event_id);
        self.last_id.clone_from(&step.after.last_event_id);
    }

    fn skip_to_event(&mut self) {
        let is_told = |told: &Told| match told {
            Told::Event(_) => true,
            Told::Comment(_) => self.settings.with_comments,
            Told::ReconnectionTime(_) => false,
        };
        let next = self.meaning[self.told..].iter().position(is_told);
        self.told += next.map_or(0, |next| next + 1);
    }
}
