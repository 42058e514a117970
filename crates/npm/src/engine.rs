//! One source's engine as JavaScript sees it.

use alloc::string::String;
use alloc::vec::Vec;
use core::mem;

use wasm_eventsource::connection::{Clock, DEFAULT_MAX_DELAY, DEFAULT_RECONNECTION_TIME, ResponseHead, Timestamp};
#[cfg(not(feature = "sharing"))]
use wasm_eventsource::engine::Engine as Core;
use wasm_eventsource::engine::{Action, Signal, Verify};
use wasm_eventsource::event_stream::{Batch, Versions};
use wasm_eventsource::time::{Duration, from_milliseconds, milliseconds};
use wasm_eventsource::{Error, Reason};

use crate::constants::{action, answer, command, default, number, signal, text};
#[cfg(feature = "sharing")]
use crate::sharing::Core;

const _: () = assert!(
    default::RECONNECTION_TIME as u128 == DEFAULT_RECONNECTION_TIME.as_millis()
        && default::MAX_DELAY as u128 == DEFAULT_MAX_DELAY.as_millis(),
    "the core has another default"
);

/// One source's engine, and what JavaScript takes from it piece by piece.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) core: Core,
    /// The event at hand, and those that are read ahead after it.
    batch: Batch,
    /// Of the event that was asked for last.
    versions: Option<Versions>,
    /// Of the last [`action::WAIT`].
    until: Timestamp,
    /// Of the last [`action::RECONNECT`] or [`action::FAIL`].
    error: Option<Error>,
    /// The text that JavaScript hands in, and the one that was made for it last.
    text: Vec<u8>,
    text_start: usize,
    /// The next signal is about the candidate.
    hears_candidate: bool,
}

impl Engine {
    /// One whose decisions are those of `core`.
    pub(crate) fn new(core: impl Into<Core>) -> Self {
        Self {
            core: core.into(),
            batch: Batch::default(),
            versions: None,
            until: Timestamp::ZERO,
            error: None,
            text: Vec::new(),
            text_start: 0,
            hears_candidate: false,
        }
    }

    /// The place for a text of so many bytes, which the next call takes.
    pub(crate) fn room(&mut self, length: usize) -> usize {
        self.text.clear();
        self.text.resize(length, 0);
        self.text.as_ptr() as usize
    }

    /// The place for a chunk of the body; 0 if nothing has asked for one.
    pub(crate) fn chunk(&mut self, length: usize) -> usize {
        self.core.receive_chunk(length).map_or(0, |chunk| chunk.as_ptr() as usize)
    }

    /// What to do next: an [action], and what is [new](answer) of an event. `now` is in milliseconds.
    pub(crate) fn next(&mut self, now: f64, jitter: f64) -> u32 {
        // A comment may have been long.
        self.text = Vec::new();
        match self.core.next_action(&Moment { now, jitter }) {
            Action::Open => action::OPEN,
            Action::Dispatch => action::DISPATCH | self.news(),
            Action::Reconnect { error } => self.note(error, action::RECONNECT),
            Action::Fail { error } => self.note(error, action::FAIL),
            Action::Suspended => action::SUSPENDED,
            Action::Comment => action::COMMENT,
            Action::Request => action::REQUEST,
            Action::Probe => action::PROBE,
            Action::Read => action::READ,
            Action::RequestCandidate => action::REQUEST_CANDIDATE,
            Action::Verified => action::VERIFIED,
            Action::Replaced => action::REPLACED,
            Action::Wait { until } => {
                self.until = until;
                action::WAIT
            }
            // Nothing. A test fails when there is an action that the package does not know.
            _ => action::NOTHING,
        }
    }

    /// A response has come; the text is its `Content-Type`. `retry_after` is in milliseconds, and negative if there is none.
    /// Returns whether it announces the connection. Of one that does not the driver reads the beginning, and calls
    /// [`refused`](Self::refused). If it would announce the connection and is not readable, that is left to a
    /// [signal](signal::UNUSABLE).
    pub(crate) fn response(&mut self, status: u16, retry_after: f64, is_readable: bool) -> bool {
        let content_type = self.take_text();
        let head = head(status, &content_type, retry_after);
        let announces = head.check().is_ok();
        if is_readable || !announces {
            self.report(if announces { Signal::Response(head) } else { Signal::Judging });
        }
        announces
    }

    /// The response that was refused is read, and its user wants another attempt or not. `delay` is the wait that the user has chosen,
    /// in milliseconds, and negative if there is none.
    pub(crate) fn refused(&mut self, status: u16, retry_after: f64, retries: bool, delay: f64) {
        let content_type = self.take_text();
        let head = head(status, &content_type, retry_after);
        self.report(Signal::Refused { head, refusal: None, retries, delay: optional(delay) });
    }

    /// Takes note of one of the [signals](signal).
    pub(crate) fn receive(&mut self, signal: u32) {
        let message = self.take_text();
        let signal = match signal {
            signal::UNUSABLE => Signal::Unusable { message },
            signal::END_OF_BODY => Signal::EndOfBody,
            signal::ANSWERED => Signal::Answered,
            signal::UNPREPARED => Signal::Unprepared { message },
            _ => Signal::NetworkError { message, hidden: signal == signal::HIDDEN_ERROR },
        };
        self.report(signal);
    }

    /// Does one of the [commands](command). Returns whether the driver lets go of the connection.
    pub(crate) fn command(&mut self, command: u32) -> bool {
        match command {
            command::SUSPEND => self.core.suspend(),
            command::RESUME => self.core.resume(),
            command::RECONNECT => return self.core.reconnect(),
            command::ONLINE => self.core.online(),
            command::COME_BACK => self.core.come_back(),
            command::HEAR_CANDIDATE => {
                self.hears_candidate = self.core.awaits_candidate();
                return self.hears_candidate;
            }
            command::RESET => self.core.reset(),
            command::EXPECT_UNFETCHABLE => self.core.expect_futile(Reason::Unfetchable),
            command::EXPECT_LOCAL_NETWORK => self.core.expect_futile(Reason::LocalNetwork),
            command::EXPECT_BLOCKED => self.core.expect_futile(Reason::Blocked),
            command::EXPECT_ABORTED => self.core.expect_futile(Reason::Aborted),
            command::SET_LAST_EVENT_ID => {
                let id = self.take_text();
                self.core.set_last_event_id(&id);
            }
            _ => self.core.close(),
        }
        matches!(command, command::SUSPEND | command::CLOSE)
    }

    /// Finds out whether the connection is alive. Both times are in milliseconds. Returns whether there will be an answer.
    pub(crate) fn verify(&mut self, stale_after: u32, timeout: u32) -> bool {
        let milliseconds = |time: u32| Duration::from_millis(time.into());
        self.core.verify(Verify::default().stale_after(milliseconds(stale_after)).timeout(milliseconds(timeout)))
    }

    /// So many of the events at hand were taken, the first one included. To be called before anything else is asked, if they are
    /// more than one; with 0 if their text cannot be decoded.
    pub(crate) fn settle(&mut self, events: usize) {
        self.core.settle(&mut self.batch, events);
    }

    /// Looks up one of the [texts](text). Returns how long it is, in bytes.
    pub(crate) fn text_length(&mut self, which: u32) -> usize {
        let bytes = self.bytes(which);
        let (start, length) = (bytes.as_ptr() as usize, bytes.len());
        self.text_start = start;
        length
    }

    /// Where the text begins that was looked up last.
    pub(crate) fn text_start(&self) -> usize {
        self.text_start
    }

    /// One of the [numbers](number).
    pub(crate) fn number(&self, which: u32) -> f64 {
        match which {
            number::UNTIL => milliseconds(self.until),
            number::RECONNECTION_TIME => milliseconds(self.core.reconnection_time()),
            number::PLACES => self.batch.places().as_ptr() as usize as f64,
            number::STATUS => self.error.as_ref().map_or(0, status).into(),
            #[cfg(feature = "sharing")]
            number::ROLE | number::IS_OVER => self.core.number(which).into(),
            number::ATTEMPT => self.error.as_ref().map_or(0, Error::attempt).into(),
            _ => self.error.as_ref().and_then(Error::reconnects_in).map_or(-1.0, milliseconds),
        }
    }

    fn bytes(&mut self, which: u32) -> &[u8] {
        match which {
            // A large event is left where it is.
            text::EVENTS if self.batch.is_empty() => self.core.raw_data().unwrap_or_default(),
            text::EVENTS => self.batch.text(),
            text::LAST_EVENT_ID => self.core.last_event_id().as_bytes(),
            text::EVENT_TYPE => self.core.event_head().map_or("", |head| head.event_type).as_bytes(),
            #[cfg(feature = "sharing")]
            text::POST | text::REQUEST_ID | text::ORIGIN => self.core.bytes(which),
            #[cfg(feature = "sharing")]
            text::GROUP => {
                self.text = self.group();
                &self.text
            }
            text::BODY => match self.error.as_ref().map(Error::reason) {
                Some(Reason::NotEventStream { beginning }) => beginning.as_bytes(),
                _ => b"",
            },
            text::REASON => self.error.as_ref().map_or("", |error| error.reason().name()).as_bytes(),
            _ => {
                let text = match which {
                    text::COMMENT => self.core.comment().map(|comment| comment.into_owned()),
                    _ => self.error.as_ref().map(Error::message),
                };
                self.text = text.unwrap_or_default().into_bytes();
                &self.text
            }
        }
    }

    fn note(&mut self, error: Error, action: u32) -> u32 {
        self.error = Some(error);
        action
    }

    /// Reads ahead. Says how many events there are, and what else of the first one is new.
    fn news(&mut self) -> u32 {
        self.core.fill(&mut self.batch);
        let count = (self.batch.len() as u32) << answer::COUNT_SHIFT;
        let Some(versions) = self.core.event_head().map(|head| head.versions) else { return count };
        let known = self.versions.replace(versions);
        let differs = |of: fn(Versions) -> u32, flag| if known.map(of) == Some(of(versions)) { 0 } else { flag };
        count
            | differs(|versions| versions.event_type, answer::NEW_TYPE)
            | differs(|versions| versions.last_event_id, answer::NEW_LAST_EVENT_ID)
    }

    fn report(&mut self, signal: Signal<'_>) {
        if mem::take(&mut self.hears_candidate) {
            self.core.receive_for_candidate(signal);
        } else {
            self.core.receive(signal);
        }
    }

    fn take_text(&mut self) -> String {
        // JavaScript's encoder makes nothing but UTF-8.
        String::from_utf8(mem::take(&mut self.text)).unwrap_or_default()
    }
}

#[cfg(feature = "sharing")]
impl Engine {
    pub(crate) fn take_bytes(&mut self) -> Vec<u8> {
        mem::take(&mut self.text)
    }

    pub(crate) fn set_until(&mut self, until: Timestamp) {
        self.until = until;
    }
}

/// The time and chance of one call.
#[cfg_attr(feature = "sharing", derive(Debug, Default))]
pub(crate) struct Moment {
    pub(crate) now: f64,
    pub(crate) jitter: f64,
}

impl Clock for Moment {
    fn now(&self) -> Timestamp {
        from_milliseconds(self.now)
    }

    fn jitter(&self) -> f64 {
        self.jitter
    }
}

fn head(status: u16, content_type: &str, retry_after: f64) -> ResponseHead<'_> {
    ResponseHead { status, content_type: Some(content_type), retry_after: optional(retry_after) }
}

/// A number of milliseconds. A negative one stands for none.
fn optional(milliseconds: f64) -> Option<Duration> {
    (milliseconds >= 0.0).then(|| from_milliseconds(milliseconds))
}

/// The status of the response that was refused; 0 if there was none.
fn status(error: &Error) -> u16 {
    match error.reason() {
        Reason::Status { status } => *status,
        // Only the type of a response with this status is looked at.
        Reason::ContentType { .. } => 200,
        _ => 0,
    }
}
