//! The Rust face: an event source as a [`Stream`].

use alloc::rc::Rc;
use alloc::string::{String, ToString};
use core::cell::RefCell;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use futures::stream::{FusedStream, Stream};

use crate::connection::ReadyState;
use crate::engine::Engine;
use crate::error::Error;
use crate::event_stream::{Event, EventRef, Parser};
use crate::web::{Driver, Notice, Options};

/// An event source whose events are the items of a [`Stream`]. Dropping it closes it: the request is aborted, the body
/// cancelled, the timer cleared.
///
/// The items are events and errors in the order of their coming. After an error that is not
/// [fatal](Error::is_fatal) the source reconnects by itself and the stream goes on; after one that is, and after
/// [`close`](EventSource::close), the stream ends. The body is read only as fast as the stream is polled.
///
/// ```no_run
/// use futures::StreamExt;
/// use wasm_eventsource::{Error, EventSource};
///
/// # async fn example() -> Result<(), Error> {
/// let mut source = EventSource::new("https://example.com/events")?;
/// while let Some(item) = source.next().await {
///     match item {
///         Ok(event) => show(event.event_type(), event.data()),
///         Err(error) => show("error", &error.to_string()),
///     }
/// }
/// # Ok(())
/// # }
/// # fn show(_: &str, _: &str) {}
/// ```
#[derive(Debug)]
#[must_use = "an event source closes when it is dropped"]
pub struct EventSource {
    driver: Driver,
    /// Who waits for the next item.
    waker: Rc<RefCell<Option<Waker>>>,
}

/// Options of an [`EventSource`] to be.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent before `build`"]
pub struct Builder {
    url: String,
    options: Options,
    last_event_id: String,
    max_event_size: Option<usize>,
}

impl EventSource {
    /// Connects at once. A relative URL is relative to the document or, in a worker, to its script.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] if the URL cannot be parsed.
    pub fn new(url: &str) -> Result<Self, Error> {
        Self::builder(url).build()
    }

    /// An event source with options.
    pub fn builder(url: &str) -> Builder {
        Builder {
            url: url.to_string(),
            options: Options::default(),
            last_event_id: String::new(),
            max_event_size: None,
        }
    }

    /// The URL, serialized.
    pub fn url(&self) -> &str {
        self.driver.url()
    }

    /// The state of the connection.
    pub fn ready_state(&self) -> ReadyState {
        self.driver.ready_state()
    }

    /// The last event ID string: what a reconnection would send. Empty if there is none.
    pub fn last_event_id(&self) -> String {
        self.driver.last_event_id()
    }

    /// The reconnection time in milliseconds. Defaults to
    /// [`DEFAULT_RECONNECTION_TIME`](crate::connection::DEFAULT_RECONNECTION_TIME); the server's `retry` sets it.
    pub fn reconnection_time(&self) -> u32 {
        self.driver.reconnection_time()
    }

    /// Closes the source and ends the stream. Events received and not yet taken are dropped.
    pub fn close(&mut self) {
        self.driver.close();
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

impl Builder {
    /// Sends and stores credentials on requests to other origins too. Defaults to false.
    pub fn with_credentials(mut self, with_credentials: bool) -> Self {
        self.options.with_credentials = with_credentials;
        self
    }

    /// Resumes after the event of this ID, which the first request sends. Defaults to none.
    pub fn last_event_id(mut self, id: &str) -> Self {
        self.last_event_id = id.to_string();
        self
    }

    /// Bounds the bytes held for one event; a larger one is a fatal error. Defaults to
    /// [`DEFAULT_MAX_EVENT_SIZE`](crate::event_stream::DEFAULT_MAX_EVENT_SIZE).
    pub fn max_event_size(mut self, bytes: usize) -> Self {
        self.max_event_size = Some(bytes);
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// [`Error::InvalidUrl`] if the URL cannot be parsed.
    pub fn build(self) -> Result<EventSource, Error> {
        let mut parser = Parser::new();
        if let Some(bytes) = self.max_event_size {
            parser = parser.with_max_event_size(bytes);
        }
        parser.set_last_event_id(&self.last_event_id);
        let waker: Rc<RefCell<Option<Waker>>> = Rc::default();
        let waiting = Rc::clone(&waker);
        let driver = Driver::new(&self.url, self.options, Engine::new(parser), move || {
            if let Some(waker) = waiting.take() {
                waker.wake();
            }
        })?;
        Ok(EventSource { driver, waker })
    }
}

impl Stream for EventSource {
    type Item = Result<Event, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match self.driver.next() {
                Some(Notice::Open | Notice::Suspended) => {}
                Some(Notice::Event) => {
                    if let Some(event) = self.driver.with_event(|event: EventRef<'_>| event.into_event()) {
                        return Poll::Ready(Some(Ok(event)));
                    }
                }
                Some(Notice::Reconnecting { error, .. } | Notice::Failed { error }) => {
                    return Poll::Ready(Some(Err(error)));
                }
                None if self.is_terminated() => return Poll::Ready(None),
                None => {
                    self.waker.replace(Some(context.waker().clone()));
                    return Poll::Pending;
                }
            }
        }
    }
}

impl FusedStream for EventSource {
    fn is_terminated(&self) -> bool {
        self.driver.ready_state() == ReadyState::Closed
    }
}
