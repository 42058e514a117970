//! [`EventStream`]: a stream of events from a stream of bytes.

use alloc::boxed::Box;
use alloc::string::{String, ToString};
use core::error;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures::stream::{FusedStream, Stream};

use super::event::Event;
use super::parser::{Parser, Step};
use super::size::EventTooLarge;
use crate::time::Duration;

/// The events of a stream of bytes that you bring: the response of any HTTP client, a file, a test. It works on every target, also in
/// servers and command-line programs.
///
/// `S` is the body: a stream whose items are chunks or errors. `B` is the type of a chunk, such as `Vec<u8>`, `Bytes` or `&str`. Chunks
/// may have any size. The next chunk is read when all events of the last one were taken. The stream ends with its body, or after an
/// error. An event that no blank line has completed [is lost then][end], as the standard requires.
///
/// It reads only the body. It checks neither the status of the response nor its `Content-Type`: call
/// [`ResponseHead::check`](crate::connection::ResponseHead::check) first.
///
/// It does not connect, and it does not reconnect. If you reconnect, send [`last_event_id`](EventStream::last_event_id), after a wait
/// of [`reconnection_time`](EventStream::reconnection_time).
///
/// ```
/// use futures::{StreamExt, executor::block_on, stream};
/// use wasm_eventsource::EventStream;
///
/// let body = stream::iter([Ok::<_, std::io::Error>("id: 7\nda"), Ok("ta: hello\n\n")]);
/// let mut events = EventStream::new(body);
/// let event = block_on(events.next()).expect("there is one")?;
/// assert_eq!((event.data(), event.last_event_id()), ("hello", "7"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With reqwest, the body is `response.bytes_stream()`. With a `web_sys::Response`, convert its body with the crate
/// [wasm-streams](https://docs.rs/wasm-streams).
///
/// [end]: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
#[must_use = "streams do nothing unless polled"]
pub struct EventStream<S, B> {
    /// None when it is over. It is boxed so that this stream is `Unpin`, whatever the body is.
    body: Option<Pin<Box<S>>>,
    chunk: Option<B>,
    /// How many bytes of the chunk are interpreted.
    consumed: usize,
    parser: Parser,
    reconnection_time: Option<Duration>,
}

/// Why an [`EventStream`] ends before its body has.
///
/// ```
/// use futures::{StreamExt, executor::block_on, stream};
/// use wasm_eventsource::{EventStream, EventStreamError};
///
/// let body = stream::iter([Ok("data: hello\n\nda"), Err("the cable was cut")]);
/// let items: Vec<_> = block_on(EventStream::new(body).collect());
/// assert_eq!(items.len(), 2);
/// assert_eq!(items[1], Err(EventStreamError::Body("the cable was cut")));
/// ```
#[non_exhaustive]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventStreamError<E> {
    /// An error of the body.
    Body(E),
    /// An event exceeds a [limit](super#limits).
    EventTooLarge(EventTooLarge),
}

impl<S, B, E> EventStream<S, B>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    /// The events of this body. Nothing of it is read before the stream is polled.
    pub fn new(body: S) -> Self {
        Self { body: Some(Box::pin(body)), chunk: None, consumed: 0, parser: Parser::new(), reconnection_time: None }
    }

    /// Limits the size of one event, as [`Parser::with_max_event_size`] does. A larger one is an error that ends the stream.
    /// Defaults to [`DEFAULT_MAX_EVENT_SIZE`](super::DEFAULT_MAX_EVENT_SIZE).
    ///
    /// ```
    /// use futures::{StreamExt, executor::block_on, stream};
    /// use wasm_eventsource::{EventStream, EventStreamError};
    ///
    /// let body = stream::iter([Ok::<_, std::io::Error>("data: hello\n\n")]);
    /// let mut events = EventStream::new(body).max_event_size(4);
    /// assert!(matches!(block_on(events.next()), Some(Err(EventStreamError::EventTooLarge(_)))));
    /// assert!(block_on(events.next()).is_none());
    /// ```
    pub fn max_event_size(mut self, bytes: usize) -> Self {
        self.parser = self.parser.with_max_event_size(bytes);
        self
    }

    /// The last event ID string that events have before the stream sets one. Pass that of the stream which this one continues.
    /// See the example of [`last_event_id`](EventStream::last_event_id).
    pub fn with_last_event_id(mut self, id: &str) -> Self {
        self.parser.set_last_event_id(id);
        self
    }

    /// The [`Event::origin`] of the events. Defaults to an empty string. See the example of
    /// [`last_event_id`](EventStream::last_event_id).
    pub fn with_origin(mut self, origin: &str) -> Self {
        self.parser.set_origin(origin);
        self
    }

    /// The last event ID string. If it is not empty, send it as `Last-Event-ID` with the request that continues this stream.
    ///
    /// ```
    /// use std::time::Duration;
    /// use futures::{StreamExt, executor::block_on, stream};
    /// use wasm_eventsource::EventStream;
    ///
    /// let body = stream::iter([Ok::<_, std::io::Error>("retry: 500\nid: 8\ndata: hello\n\n")]);
    /// let mut events = EventStream::new(body).with_last_event_id("7").with_origin("https://example.com");
    /// let event = block_on(events.next()).expect("there is one")?;
    /// assert_eq!(event.origin(), "https://example.com");
    /// assert_eq!(events.last_event_id(), "8");
    /// assert_eq!(events.reconnection_time(), Some(Duration::from_millis(500)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn last_event_id(&self) -> String {
        self.parser.last_event_id().to_string()
    }

    /// The reconnection time, if the stream has set it with `retry`. See the example of
    /// [`last_event_id`](EventStream::last_event_id).
    pub fn reconnection_time(&self) -> Option<Duration> {
        self.reconnection_time
    }

    /// The events with their data as JSON of type `T`.
    ///
    /// ```
    /// use futures::{StreamExt, executor::block_on, stream};
    /// use wasm_eventsource::EventStream;
    ///
    /// let body = stream::iter([Ok::<_, std::io::Error>("data: [1, 2]\n\n")]);
    /// let mut lists = EventStream::new(body).json::<Vec<u8>>();
    /// assert_eq!(block_on(lists.next()).expect("there is one")?.into_data(), [1, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "json")]
    pub fn json<T: serde::de::DeserializeOwned>(self) -> crate::Json<Self, T> {
        crate::Json::new(self)
    }

    /// The next event of the chunk at hand.
    fn advance(&mut self) -> Result<Option<Event>, EventTooLarge> {
        let Some(chunk) = &self.chunk else { return Ok(None) };
        let mut rest = chunk.as_ref().get(self.consumed..).unwrap_or_default();
        loop {
            let before = rest.len();
            let step = self.parser.advance(&mut rest);
            self.consumed += before - rest.len();
            match step? {
                Some(Step::Event(event)) => return Ok(Some(event.into_event())),
                Some(Step::ReconnectionTime(time)) => self.reconnection_time = Some(time),
                Some(Step::Comment(_)) => {}
                None => break,
            }
        }
        self.chunk = None;
        Ok(None)
    }

    fn end(&mut self) {
        self.body = None;
        self.chunk = None;
        self.parser.restart();
    }
}

impl<S, B> Unpin for EventStream<S, B> {}

impl<S, B, E> Stream for EventStream<S, B>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    type Item = Result<Event, EventStreamError<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match this.advance() {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) => {}
                Err(error) => {
                    this.end();
                    return Poll::Ready(Some(Err(EventStreamError::EventTooLarge(error))));
                }
            }
            let Some(body) = &mut this.body else { return Poll::Ready(None) };
            match ready!(body.as_mut().poll_next(context)) {
                Some(Ok(chunk)) => {
                    this.chunk = Some(chunk);
                    this.consumed = 0;
                }
                Some(Err(error)) => {
                    this.end();
                    return Poll::Ready(Some(Err(EventStreamError::Body(error))));
                }
                None => this.end(),
            }
        }
    }
}

impl<S, B, E> FusedStream for EventStream<S, B>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    fn is_terminated(&self) -> bool {
        self.body.is_none()
    }
}

impl<S, B> fmt::Debug for EventStream<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("parser", &self.parser).finish_non_exhaustive()
    }
}

impl<E: fmt::Display> fmt::Display for EventStreamError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(error) => write!(f, "the body of the stream broke off: {error}"),
            Self::EventTooLarge(_) => f.write_str("an event of the stream is too large"),
        }
    }
}

impl<E: error::Error + 'static> error::Error for EventStreamError<E> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            // Its own words are in the message already.
            Self::Body(error) => error.source(),
            Self::EventTooLarge(error) => Some(error),
        }
    }
}
