//! Events whose data is JSON.

use core::error;
use core::fmt;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures::stream::{FusedStream, Stream};
use serde::de::DeserializeOwned;

use crate::event_stream::Event;

/// A stream of events with their data as JSON of type `T`.
///
/// Data that does not parse is an error, and the stream goes on. Empty data is read as `null`, which is `None` in an `Option`.
/// Dropping this drops the stream that it was made from.
///
/// See the examples of [`EventStream::json`](crate::EventStream::json), [`EventSource::json`][source] and
/// [`Subscription::json`][subscription].
///
/// [source]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.EventSource.html#method.json
/// [subscription]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.Subscription.html#method.json
#[must_use = "streams do nothing unless polled"]
pub struct Json<S, T> {
    stream: S,
    data: PhantomData<fn() -> T>,
}

/// An event with its data as a value of type `T`: an item of [`Json`].
///
/// ```
/// use futures::{StreamExt, executor::block_on, stream};
/// use wasm_eventsource::EventStream;
///
/// let body = stream::iter([Ok::<_, std::io::Error>("event: size\nid: 7\ndata: [640, 480]\n\n")]);
/// let mut sizes = EventStream::new(body).json::<(u32, u32)>();
/// let size = block_on(sizes.next()).expect("there is one")?;
/// assert_eq!((size.event_type(), size.last_event_id(), size.data()), ("size", "7", &(640, 480)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct JsonEvent<T> {
    /// The event without its data.
    event: Event,
    data: T,
}

/// An item that comes instead of a [`JsonEvent`].
///
/// ```
/// use futures::{StreamExt, executor::block_on, stream};
/// use wasm_eventsource::{EventStream, JsonError};
///
/// let body = stream::iter([Ok::<_, std::io::Error>("data: {\n\ndata: 7\n\n")]);
/// let mut numbers = EventStream::new(body).json::<u8>();
/// match block_on(numbers.next()) {
///     Some(Err(JsonError::Payload { event, .. })) => assert_eq!(event.data(), "{"),
///     other => panic!("{other:?}"),
/// }
/// // The stream goes on.
/// assert_eq!(block_on(numbers.next()).expect("there is one")?.into_data(), 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[non_exhaustive]
pub enum JsonError<E> {
    /// An error of the stream. It says itself whether the stream goes on.
    Stream(E),
    /// The data of an event is not JSON of the expected type. The stream goes on.
    Payload {
        /// The event as it was received.
        event: Event,
        /// What is wrong with its data.
        error: serde_json::Error,
    },
}

impl<S, T> Json<S, T> {
    pub(crate) fn new(stream: S) -> Self {
        Self { stream, data: PhantomData }
    }

    /// The stream that it was made from: for example, an event source, to ask for its state or to close it.
    ///
    /// ```no_run
    /// use wasm_eventsource::{ConnectionState, EventSource};
    ///
    /// let numbers = EventSource::new("https://example.com/numbers")?.json::<u32>();
    /// assert_eq!(numbers.get_ref().state(), ConnectionState::Connecting);
    /// numbers.get_ref().close();
    /// # Ok::<(), wasm_eventsource::Error>(())
    /// ```
    pub fn get_ref(&self) -> &S {
        &self.stream
    }

    /// The stream that it was made from. Its events have their data as text.
    pub fn into_inner(self) -> S {
        self.stream
    }
}

impl<T> JsonEvent<T> {
    /// The event's type.
    pub fn event_type(&self) -> &str {
        self.event.event_type()
    }

    /// The value of the event's data.
    pub fn data(&self) -> &T {
        &self.data
    }

    /// The value of the event's data, owned.
    pub fn into_data(self) -> T {
        self.data
    }

    /// The last event ID string as of this event; see [`Event::last_event_id`].
    pub fn last_event_id(&self) -> &str {
        self.event.last_event_id()
    }

    /// The origin of the stream; see [`Event::origin`].
    pub fn origin(&self) -> &str {
        self.event.origin()
    }
}

impl Event {
    /// The event's data, read as JSON. It may borrow from the event. Empty data is read as `null`, which is `None` in an `Option`:
    /// servers send such events only for their ID.
    ///
    /// # Errors
    /// The data is not JSON of type `T`.
    ///
    /// ```
    /// use wasm_eventsource::event_stream::{Parser, Step};
    ///
    /// let mut parser = Parser::new();
    /// if let Some(Step::Event(event)) = parser.advance(&mut &b"data: [1, 2]\n\n"[..])? {
    ///     assert_eq!(event.into_event().json::<Vec<u8>>()?, [1, 2]);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn json<'event, T: serde::Deserialize<'event>>(&'event self) -> Result<T, serde_json::Error> {
        match self.data() {
            // A type that cannot be null gets an error about empty data instead of one about a null.
            "" => serde_json::from_str("null").or_else(|_| serde_json::from_str("")),
            data => serde_json::from_str(data),
        }
    }
}

impl<S, T, E> Stream for Json<S, T>
where
    S: Stream<Item = Result<Event, E>> + Unpin,
    T: DeserializeOwned,
{
    type Item = Result<JsonEvent<T>, JsonError<E>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(Pin::new(&mut self.stream).poll_next(context));
        Poll::Ready(item.map(|item| {
            let event = item.map_err(JsonError::Stream)?;
            match event.json() {
                Ok(data) => Ok(JsonEvent { event: event.without_data(), data }),
                Err(error) => Err(JsonError::Payload { event, error }),
            }
        }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.stream.size_hint()
    }
}

impl<S, T, E> FusedStream for Json<S, T>
where
    S: FusedStream<Item = Result<Event, E>> + Unpin,
    T: DeserializeOwned,
{
    fn is_terminated(&self) -> bool {
        self.stream.is_terminated()
    }
}

impl<S: fmt::Debug, T> fmt::Debug for Json<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Json").field("stream", &self.stream).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for JsonEvent<T> {
    /// Without the data, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonEvent").field("event_type", &self.event_type()).finish_non_exhaustive()
    }
}

impl<E: fmt::Debug> fmt::Debug for JsonError<E> {
    /// The place of the fault instead of serde_json's message, which quotes the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(error) => f.debug_tuple("Stream").field(error).finish(),
            Self::Payload { event, error } => f
                .debug_struct("Payload")
                .field("event", event)
                .field("category", &error.classify())
                .field("line", &error.line())
                .field("column", &error.column())
                .finish(),
        }
    }
}

impl<E: fmt::Display> fmt::Display for JsonError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(error) => error.fmt(f),
            Self::Payload { event, .. } => {
                write!(f, "the data of an event of type \"{}\" is not the JSON that is expected", event.event_type())
            }
        }
    }
}

impl<E: error::Error + 'static> error::Error for JsonError<E> {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Stream(error) => error.source(),
            Self::Payload { error, .. } => Some(error),
        }
    }
}
