//! The end of a body: whether the stream was complete, and whether it was an event stream at all.

use alloc::string::String;
use alloc::vec::Vec;

use super::Engine;
use super::action::Action;
use crate::connection::{Clock, State};
use crate::error::Reason;
use crate::event_stream::{has_field, lossy};
use crate::time::Duration;

/// What happens to an event whose blank line has not come when the server ends the stream. The standard discards it: "Once the end of
/// the file is reached, any pending data must be discarded."
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incomplete {
    /// It is discarded.
    #[default]
    Discard,
    /// It is delivered, for servers that leave out the last blank line. If the server was cut off in the middle of the event, half an
    /// event is delivered.
    Deliver,
    /// It is discarded, and the loss has the reason [`Reason::Truncated`].
    Error,
}

/// How much of a body is looked at, and shown in the error, in bytes.
const MOST: usize = 1024;

/// What is known about the end of the body that is being read.
#[derive(Debug, Default)]
pub(super) struct End {
    pub(super) incomplete: Incomplete,
    /// The user knows the last event of a complete stream. Until that is seen, every end is too early.
    pub(super) is_declared: bool,
    /// The body is over, and the blank line that has not come was put behind it.
    pub(super) is_completed: bool,
    /// The beginning of the body, until it is known to be an event stream.
    beginning: Vec<u8>,
    is_recognized: bool,
}

impl End {
    /// Another body begins.
    pub(super) fn restart(&mut self) {
        self.is_completed = false;
        self.is_recognized = false;
        self.beginning = Vec::new();
    }

    /// There is an event, so the body is an event stream, however it has begun.
    pub(super) fn recognize(&mut self) {
        self.is_recognized = true;
    }

    /// A chunk was interpreted to its end.
    pub(super) fn note(&mut self, chunk: &[u8]) {
        if !self.is_recognized {
            let left = MOST - self.beginning.len();
            self.beginning.extend_from_slice(chunk.get(..left).unwrap_or(chunk));
            if has_field(&self.beginning) {
                self.restart();
                self.is_recognized = true;
            }
        }
    }

    /// The beginning of a body that is no event stream: it has text, and no line that the standard knows.
    fn unrecognized(&self) -> Option<String> {
        let is_blank = self.beginning.iter().all(u8::is_ascii_whitespace);
        (!self.is_recognized && !is_blank).then(|| lossy(&self.beginning).into_owned())
    }
}

impl Engine {
    /// The same engine with another answer to an event whose blank line has not come when the server ends the stream.
    #[must_use]
    pub fn with_incomplete(mut self, incomplete: Incomplete) -> Self {
        self.end.incomplete = incomplete;
        self
    }

    /// The same engine for a stream with a declared end: its user [closes](Engine::close) it at the last event. If the stream ends or
    /// breaks off before that, the reason is [`Reason::Truncated`].
    #[must_use]
    pub fn with_declared_end(mut self) -> Self {
        self.end.is_declared = true;
        self
    }

    /// The same for an engine at work, before it has read anything.
    #[cfg(feature = "web")]
    pub(crate) fn set_ending(&mut self, incomplete: Incomplete, is_declared: bool) {
        self.end.incomplete = incomplete;
        self.end.is_declared = is_declared;
    }

    /// The body is over. Whether its last block is interpreted as if it were complete.
    pub(super) fn completes(&mut self) -> bool {
        let is_wanted = self.end.incomplete == Incomplete::Deliver;
        if is_wanted {
            // The first LF may end a line, or belong to the CR of a line that has ended. Then the second one is the blank line.
            self.chunk.replace(2).copy_from_slice(b"\n\n");
            self.end.is_completed = true;
        }
        is_wanted
    }

    /// The body is over, and there is nothing left of it.
    pub(super) fn end_of_body(&mut self, clock: &impl Clock) -> Action {
        let is_cut = self.end.incomplete == Incomplete::Error && self.parser.is_in_event();
        let reason = match self.end.unrecognized() {
            Some(beginning) => Reason::NotEventStream { beginning },
            None if is_cut => Reason::Truncated,
            None => Reason::Ended,
        };
        // Some policies do not repeat a complete answer.
        match self.connection.policy().repeats_after_end() {
            true => self.lose(reason, Duration::ZERO, clock),
            false => self.fail(reason),
        }
    }

    /// The reason of a loss, where a declared end has not come.
    pub(super) fn judged(&self, reason: Reason) -> Reason {
        match reason {
            Reason::Ended | Reason::Network { .. }
                if self.end.is_declared && self.connection.state() == State::Open =>
            {
                Reason::Truncated
            }
            reason => reason,
        }
    }
}
