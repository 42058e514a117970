//! An engine without a request of its own: another engine tells it about the connection that both share.

use alloc::string::String;

use super::Engine;
use super::action::Action;
use crate::connection::{Clock, Timestamp};
use crate::error::Error;
use crate::event_stream::Parser;

impl Engine {
    /// An engine that is CONNECTING until it is told about a connection. It has no request: its only actions are those for the face and
    /// [`Action::Read`].
    pub(crate) fn following(parser: Parser) -> Self {
        let mut engine = Self::new(parser);
        engine.has_request = false;
        engine.connection.request(Timestamp::ZERO);
        engine
    }

    /// There is a connection. With a last event ID, a body begins after that ID.
    pub(crate) fn told_open(&mut self, last_event_id: Option<String>, clock: &impl Clock) -> Action {
        if let Some(id) = last_event_id {
            self.told_restart(&id);
        }
        self.connection.follow();
        self.announce(clock)
    }

    /// A body begins after this ID, and nobody is told.
    pub(crate) fn told_restart(&mut self, last_event_id: &str) {
        self.reset();
        self.parser.set_last_event_id(last_event_id);
    }

    /// There is no connection for now. What is incomplete stays, for the body may go on.
    pub(crate) fn told_let_go(&mut self) -> Action {
        self.connection.follow();
        Action::Suspended
    }

    /// The connection was lost, and another one follows.
    pub(crate) fn told_lost(&mut self, error: Error) -> Action {
        self.connection.follow();
        Action::Reconnect { error }
    }

    /// The connection has failed for good.
    pub(crate) fn told_failed(&mut self, error: Error) -> Action {
        self.let_go();
        self.connection.fail();
        Action::Fail { error }
    }
}
