//! The options of an event source to be.

use alloc::string::{String, ToString};

use super::EventSource;
use super::hub::Hub;
use crate::connection::Reconnect;
use crate::engine::Engine;
use crate::error::Error;
use crate::event_stream::Parser;
use crate::web::Options;

/// Options of an [`EventSource`] to be. See the example of [`EventSource::builder`].
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `build`"]
pub struct Builder {
    url: String,
    options: Options,
    last_event_id: String,
    max_event_size: Option<usize>,
    reconnect: Reconnect,
}

impl Builder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_string(),
            options: Options::default(),
            last_event_id: String::new(),
            max_event_size: None,
            reconnect: Reconnect::default(),
        }
    }

    /// Sends and stores [credentials](https://fetch.spec.whatwg.org/#credentials) on requests to other origins too. Defaults to
    /// false.
    pub fn with_credentials(mut self, with_credentials: bool) -> Self {
        self.options.with_credentials = with_credentials;
        self
    }

    /// Resumes after the event of this ID, which the first request sends as
    /// [`Last-Event-ID`](https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header). Defaults to
    /// none.
    pub fn last_event_id(mut self, id: &str) -> Self {
        self.last_event_id = id.to_string();
        self
    }

    /// Bounds the bytes held for one event; a larger one is a fatal error,
    /// [`Reason::EventTooLarge`](crate::Reason::EventTooLarge). Defaults to
    /// [`DEFAULT_MAX_EVENT_SIZE`](crate::event_stream::DEFAULT_MAX_EVENT_SIZE).
    pub fn max_event_size(mut self, bytes: usize) -> Self {
        self.max_event_size = Some(bytes);
        self
    }

    /// Whether, when and how often to reconnect. Defaults to what the standard says.
    pub fn reconnect(mut self, policy: Reconnect) -> Self {
        self.reconnect = policy;
        self
    }

    /// Connects at once.
    ///
    /// # Errors
    /// [`Reason::InvalidUrl`](crate::Reason::InvalidUrl) if the URL cannot be parsed.
    pub fn build(self) -> Result<EventSource, Error> {
        let mut parser = Parser::new();
        if let Some(bytes) = self.max_event_size {
            parser = parser.with_max_event_size(bytes);
        }
        parser.set_last_event_id(&self.last_event_id);
        Hub::new(&self.url, self.options, Engine::new(parser).with_reconnect(self.reconnect)).map(EventSource::with_hub)
    }
}
