//! The options of a source, one number at a time.

use alloc::vec::Vec;
use core::time::Duration;

use wasm_eventsource::connection::Reconnect;
use wasm_eventsource::engine::Engine;
use wasm_eventsource::event_stream::Parser;

use crate::constants::setting;

/// What an engine is made of.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    comments: bool,
    max_event_size: Option<usize>,
    idle_timeout: Option<Duration>,
    reconnect: Reconnect,
    /// Those that are worth another attempt.
    statuses: Vec<u16>,
}

impl Settings {
    /// Sets one of the [settings](setting). The face has judged its value.
    pub(crate) fn set(mut self, setting: u32, value: u32) -> Self {
        match setting {
            setting::COMMENTS => self.comments = value != 0,
            setting::MAX_EVENT_SIZE => self.max_event_size = Some(value as usize),
            setting::IDLE_TIMEOUT => self.idle_timeout = Some(Duration::from_millis(value.into())),
            setting::INITIAL_DELAY => self.reconnect = self.reconnect.initial_delay(value),
            setting::MAX_DELAY => self.reconnect = self.reconnect.max_delay(value),
            setting::MAX_ATTEMPTS => self.reconnect = self.reconnect.max_attempts(value),
            setting::ONLY_WITH_ID if value != 0 => self.reconnect = self.reconnect.only_with_id(),
            setting::STATUS => self.statuses.push(value as u16),
            _ => {}
        }
        self
    }

    /// An engine that requests its stream, or one for a body that is there.
    pub(crate) fn engine(self, has_request: bool, last_event_id: &str) -> Engine {
        let mut parser = Parser::new();
        parser.set_last_event_id(last_event_id);
        if self.comments {
            parser = parser.with_comments();
        }
        if let Some(bytes) = self.max_event_size {
            parser = parser.with_max_event_size(bytes);
        }
        let engine = if has_request {
            Engine::new(parser).with_reconnect(self.reconnect.statuses(self.statuses))
        } else {
            Engine::for_body(parser)
        };
        match self.idle_timeout {
            Some(timeout) => engine.with_idle_timeout(timeout),
            None => engine,
        }
    }
}
