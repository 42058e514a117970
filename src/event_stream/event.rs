//! An event as the stream describes it, before it becomes an object of some platform.

use alloc::string::String;
use alloc::sync::Arc;
use core::mem;

use super::parser::Parser;

/// The type of an event whose block names none.
pub(super) const MESSAGE: &str = "message";

/// An event of the stream, to be looked at where it lies in the [`Parser`]'s buffers.
///
/// Reading it copies nothing; [`into_event`](EventRef::into_event) makes an owned [`Event`] of it. [`Parser`] and [`Event`]
/// have examples.
#[derive(Debug)]
pub struct EventRef<'a> {
    parser: &'a mut Parser,
}

impl<'a> EventRef<'a> {
    pub(super) fn new(parser: &'a mut Parser) -> Self {
        Self { parser }
    }

    /// The event's type: the value of the block's last `event` field, or `message` if that is empty or missing.
    pub fn event_type(&self) -> &str {
        if self.parser.event_type.is_empty() { MESSAGE } else { &self.parser.event_type }
    }

    /// The values of the block's `data` fields, joined by U+000A LINE FEED.
    pub fn data(&self) -> &str {
        &self.parser.data
    }

    /// The last event ID string as of this event, which an earlier event may have set. Empty if none was.
    pub fn last_event_id(&self) -> &str {
        &self.parser.last_event_id
    }

    /// The origin of the URL that the stream was received from, serialized. Empty if nobody said.
    pub fn origin(&self) -> &str {
        &self.parser.origin
    }

    /// Takes the event out of the parser; its data moves and is not copied.
    pub fn into_event(self) -> Event {
        if *self.parser.last_event_type != *self.event_type() {
            self.parser.last_event_type = Arc::from(self.event_type());
        }
        Event {
            event_type: Arc::clone(&self.parser.last_event_type),
            data: mem::take(&mut self.parser.data),
            last_event_id: Arc::clone(&self.parser.last_event_id),
            origin: Arc::clone(&self.parser.origin),
        }
    }
}

/// An event of the stream that owns its text. A clone copies the data, and shares the rest.
///
/// It comes from an [`EventSource`][source], from an [`EventStream`][stream] or, as here, from a [`Parser`].
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    event_type: Arc<str>,
    data: String,
    last_event_id: Arc<str>,
    origin: Arc<str>,
}

impl Event {
    /// The event's type: the value of the block's last `event` field, or `message` if that is empty or missing.
    pub fn event_type(&self) -> &str {
        &self.event_type
    }

    /// The values of the block's `data` fields, joined by U+000A LINE FEED.
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
        &self.last_event_id
    }

    /// The [origin](https://html.spec.whatwg.org/multipage/browsers.html#ascii-serialisation-of-an-origin) of the URL that
    /// the stream was received from, after redirects: `https://example.com`. Empty if nobody told the parser.
    pub fn origin(&self) -> &str {
        &self.origin
    }
}
