//! An event: borrowed from the input or the parser's buffers, or owned.

use alloc::string::String;
use core::fmt;

use super::block::Block;
use super::head::{EventHead, MESSAGE, SharedHead};

/// An event that borrows its data: from the input of [`Parser::advance`] if it lies there in one piece, or else from the parser's
/// buffers.
///
/// Reading it copies nothing. [`into_event`](EventRef::into_event) makes an owned [`Event`]. [`Parser`] and [`Event`]
/// have examples.
///
/// [`Parser`]: super::Parser
/// [`Parser::advance`]: super::Parser::advance
pub struct EventRef<'a> {
    block: &'a mut Block,
    /// The data, if it lies in the input. Otherwise it is in the block's buffer.
    in_place: Option<&'a str>,
}

impl<'a> EventRef<'a> {
    pub(super) fn new(block: &'a mut Block, input: &'a [u8]) -> Self {
        let in_place = block.find_data(input);
        Self { block, in_place }
    }

    /// The event's type: the value of its last `event` line, or `message` if that is empty or missing.
    pub fn event_type(&self) -> &str {
        self.head().event_type
    }

    /// The values of its `data` lines, joined by U+000A LINE FEED.
    pub fn data(&self) -> &str {
        self.in_place.unwrap_or(self.block.text())
    }

    /// The last event ID string as of this event, which an earlier event may have set. Empty if none was.
    pub fn last_event_id(&self) -> &str {
        self.head().last_event_id
    }

    /// The origin of the URL that the stream was received from, serialized. Empty if it was not set.
    pub fn origin(&self) -> &str {
        self.head().origin
    }

    /// Its type, last event ID and origin, with numbers that tell whether they have changed since an earlier event. [`Versions`] has
    /// an example.
    ///
    /// [`Versions`]: super::Versions
    pub fn head(&self) -> EventHead<'_> {
        self.block.head.view()
    }

    /// Makes an event that owns its data. This copies the data once. Long data that is in the parser's buffer moves out of it
    /// instead.
    pub fn into_event(self) -> Event {
        let data = match self.in_place {
            Some(data) => String::from(data),
            None => self.block.take_text(),
        };
        Event { head: self.block.head.share(), data }
    }
}

/// An event that owns its text. A clone copies the data and shares the rest.
///
/// A server sends an event as a *block*: lines such as `event: ping` and `data: hello`, up to a blank line.
///
/// It comes from an [`EventSource`][source], from an [`EventStream`][stream] or, as here, from a [`Parser`](super::Parser).
///
/// ```
/// use wasm_eventsource::event_stream::{Parser, Step};
///
/// let mut parser = Parser::new();
/// if let Some(Step::Event(event)) = parser.advance(&mut &b"event: ping\nid: 7\ndata: a\ndata: b\n\n"[..])? {
///     let event = event.into_event();
///     assert_eq!((event.event_type(), event.last_event_id()), ("ping", "7"));
///     assert_eq!(event.into_data(), "a\nb");
/// }
/// # Ok::<(), wasm_eventsource::event_stream::EventTooLarge>(())
/// ```
///
/// [source]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.EventSource.html
/// [stream]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.EventStream.html
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    head: SharedHead,
    data: String,
}

impl Event {
    /// An event that no server has sent, for tests of code that handles events. An empty type means `message`.
    ///
    /// ```
    /// use wasm_eventsource::Event;
    ///
    /// let event = Event::new("ping", "hello").with_last_event_id("7").with_origin("https://example.com");
    /// assert_eq!((event.event_type(), event.data()), ("ping", "hello"));
    /// assert_eq!((event.last_event_id(), event.origin()), ("7", "https://example.com"));
    /// assert_eq!(Event::new("", "a").event_type(), "message");
    /// ```
    pub fn new(event_type: &str, data: impl Into<String>) -> Self {
        let event_type = if event_type.is_empty() { MESSAGE } else { event_type };
        Self { head: SharedHead::of(event_type, "", ""), data: data.into() }
    }

    /// The same event with this last event ID.
    #[must_use]
    pub fn with_last_event_id(self, id: &str) -> Self {
        Self { head: SharedHead::of(self.event_type(), id, self.origin()), ..self }
    }

    /// The same event with this origin.
    #[must_use]
    pub fn with_origin(self, origin: &str) -> Self {
        Self { head: SharedHead::of(self.event_type(), self.last_event_id(), origin), ..self }
    }

    /// The event's type: the value of its last `event` line, or `message` if that is empty or missing.
    pub fn event_type(&self) -> &str {
        self.head.event_type()
    }

    /// The values of its `data` lines, joined by U+000A LINE FEED.
    pub fn data(&self) -> &str {
        &self.data
    }

    /// The event's data, without a copy.
    pub fn into_data(self) -> String {
        self.data
    }

    #[cfg(feature = "json")]
    pub(crate) fn without_data(self) -> Self {
        Self { data: String::new(), ..self }
    }

    /// The last event ID string as of this event, which an earlier event may have set. Empty if none was.
    pub fn last_event_id(&self) -> &str {
        self.head.last_event_id()
    }

    /// The [origin](https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin) of the URL that
    /// the stream was received from, after redirects: `https://example.com`. An
    /// [`EventSource`][source] in a browser always sets it. It is empty if you use a [`Parser`](super::Parser) or an
    /// [`EventStream`][stream] and have not set it.
    ///
    /// [source]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.EventSource.html
    /// [stream]: https://docs.rs/wasm-eventsource/latest/wasm_eventsource/struct.EventStream.html
    pub fn origin(&self) -> &str {
        self.head.origin()
    }
}

impl fmt::Debug for Event {
    /// With the lengths of data and ID instead of their text: payloads and secrets must not get into logs by accident.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("event_type", &self.event_type())
            .field("data_length", &self.data.len())
            .field("last_event_id_length", &self.last_event_id().len())
            .field("origin", &self.origin())
            .finish()
    }
}

impl fmt::Debug for EventRef<'_> {
    /// The same as for an [`Event`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventRef")
            .field("event_type", &self.event_type())
            .field("data_length", &self.data().len())
            .field("last_event_id_length", &self.last_event_id().len())
            .field("origin", &self.origin())
            .finish()
    }
}

#[cfg(all(test, feature = "json"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_without_the_data_is_its_head() {
        let event = Event::new("ping", "a").with_last_event_id("7").without_data();
        assert_eq!([event.event_type(), event.data(), event.last_event_id()], ["ping", "", "7"]);
    }
}
