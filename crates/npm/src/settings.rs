//! The options of a source, one number at a time.

use alloc::vec::Vec;

use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::engine::{Engine, Incomplete};
use wasm_eventsource::event_stream::Parser;
use wasm_eventsource::time::Duration;

use crate::constants::setting;

/// What an engine is made of. The face has judged all values.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// Each at its [number](setting), but for the statuses.
    numbers: [Option<u32>; setting::STATUS as usize],
    statuses: Vec<u16>,
    /// In UTF-8, as JavaScript has written it.
    last_event_id: Vec<u8>,
}

impl Settings {
    /// Sets one of the [settings](setting).
    pub(crate) fn set(&mut self, setting: u32, value: u32) {
        match self.numbers.get_mut(setting as usize) {
            Some(number) => *number = Some(value),
            None => self.statuses.push(value as u16),
        }
    }

    /// The place for a last event ID of so many bytes.
    pub(crate) fn last_event_id(&mut self, length: usize) -> usize {
        self.last_event_id.resize(length, 0);
        self.last_event_id.as_ptr() as usize
    }

    /// An engine that requests its stream, or one for a body that is there.
    pub(crate) fn engine(self, has_request: bool) -> Engine {
        let parser = self.parser();
        let engine = if has_request { Engine::new(parser) } else { Engine::for_body(parser) };
        let mut engine = engine.with_reconnect(self.reconnect());
        engine = match self.number(setting::INCOMPLETE) {
            Some(1) => engine.with_incomplete(Incomplete::Deliver),
            Some(_) => engine.with_incomplete(Incomplete::Error),
            None => engine,
        };
        if self.number(setting::DECLARED_END).is_some() {
            engine = engine.with_declared_end();
        }
        if let Some(milliseconds) = self.number(setting::IDLE_TIMEOUT) {
            engine = engine.with_idle_timeout(Duration::from_millis(milliseconds.into()));
        }
        if let Some(milliseconds) = self.number(setting::CONNECT_TIMEOUT) {
            engine = engine.with_connect_timeout(Duration::from_millis(milliseconds.into()));
        }
        if self.number(setting::VERIFIES_WHEN_BACK).is_some() {
            engine = engine.with_verification_when_back();
        }
        engine
    }

    /// A member of a group. `linger` is in milliseconds.
    #[cfg(feature = "sharing")]
    pub(crate) fn member(
        self,
        id: u64,
        arbiter: u32,
        replay: u32,
        linger: f64,
        is_visible: bool,
    ) -> wasm_eventsource::sharing::SharedEngine {
        let mut member = wasm_eventsource::sharing::Settings::new(id);
        member.arbiter = crate::sharing::arbiter(arbiter);
        member.replay = replay;
        member.linger = Duration::from_millis(linger as u64);
        member.is_visible = is_visible;
        member.reconnect = self.reconnect();
        member.idle_timeout =
            self.number(setting::IDLE_TIMEOUT).map(|milliseconds| Duration::from_millis(milliseconds.into()));
        member.connect_timeout =
            self.number(setting::CONNECT_TIMEOUT).map(|milliseconds| Duration::from_millis(milliseconds.into()));
        member.verifies_when_back = self.number(setting::VERIFIES_WHEN_BACK).is_some();
        if let Some(bytes) = self.number(setting::MAX_EVENT_SIZE) {
            member.max_event_size = bytes as usize;
        }
        member.with_comments = self.number(setting::COMMENTS).is_some();
        member.last_event_id = core::str::from_utf8(&self.last_event_id).unwrap_or_default().into();
        wasm_eventsource::sharing::SharedEngine::new(member)
    }

    fn parser(&self) -> Parser {
        let mut parser = Parser::new();
        parser.set_last_event_id(core::str::from_utf8(&self.last_event_id).unwrap_or_default());
        if self.number(setting::COMMENTS).is_some() {
            parser = parser.with_comments();
        }
        if let Some(bytes) = self.number(setting::MAX_EVENT_SIZE) {
            parser = parser.with_max_event_size(bytes as usize);
        }
        parser
    }

    fn reconnect(&self) -> Reconnect {
        let mut reconnect = Reconnect::default().statuses(self.statuses.as_slice());
        if let Some(milliseconds) = self.number(setting::INITIAL_DELAY) {
            reconnect = reconnect.initial_delay(Duration::from_millis(milliseconds.into()));
        }
        if let Some(milliseconds) = self.number(setting::MAX_DELAY) {
            reconnect = reconnect.max_delay(Duration::from_millis(milliseconds.into()));
        }
        if let Some(attempts) = self.number(setting::MAX_ATTEMPTS) {
            reconnect = reconnect.max_attempts(attempts);
        }
        if self.number(setting::ONLY_AFTER_REFUSAL).is_some() {
            reconnect = reconnect.only_after_refusal();
        }
        reconnect
    }

    fn number(&self, setting: u32) -> Option<u32> {
        self.numbers.get(setting as usize).copied().flatten()
    }
}
