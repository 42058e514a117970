//! Processing fields and dispatching events.

use alloc::string::String;
use alloc::sync::Arc;
use core::{error, fmt};

use super::event::{EventRef, MESSAGE};
use super::field::Line;
use super::lines::Lines;

/// How many bytes a [`Parser`] holds for one event unless [told otherwise](Parser::with_max_event_size): 128 MiB.
pub const DEFAULT_MAX_EVENT_SIZE: usize = 128 * 1024 * 1024;

/// Capacity that the data buffer keeps for the next event; more than this is given back.
const KEEP: usize = 64 * 1024;

/// An incremental interpreter of one event source's streams, one after another.
///
/// It outlives the single stream because the last event ID does: call [`restart`](Parser::restart) when a new stream
/// begins. Dropping it loses an event that was not complete, as the standard asks for at the end of a stream.
///
/// ```
/// use wasm_eventsource::event_stream::{Parser, Step};
///
/// let mut parser = Parser::new();
/// let mut received = Vec::new();
/// for mut piece in [&b"id: 7\nda"[..], b"ta: hel", b"lo\r", b"\n\r\n"] {
///     while let Some(step) = parser.advance(&mut piece)? {
///         if let Step::Event(event) = step {
///             received.push((event.last_event_id().to_string(), event.data().to_string()));
///         }
///     }
/// }
/// assert_eq!(received, [("7".to_string(), "hello".to_string())]);
/// # Ok::<(), wasm_eventsource::event_stream::EventTooLarge>(())
/// ```
#[derive(Debug)]
pub struct Parser {
    lines: Lines,
    pub(super) data: String,
    /// A `data` field was seen in this block. Not the same as `data` being non-empty: the standard appends an LF for
    /// each field, so that one empty `data` field makes an event.
    has_data: bool,
    pub(super) event_type: String,
    /// The type of the last event that was taken out: servers repeat theirs.
    pub(super) last_event_type: Arc<str>,
    /// The last event ID buffer: what the next blank line makes the last event ID string. `None` while they agree.
    last_event_id_buffer: Option<Arc<str>>,
    /// The last event ID string.
    pub(super) last_event_id: Arc<str>,
    /// The origin that events have.
    pub(super) origin: Arc<str>,
    /// The buffers hold an event that was handed out: the next call empties them first.
    handed_out: bool,
    max_event_size: usize,
}

/// What [`Parser::advance`] came upon. [`Parser`] has an example.
#[derive(Debug)]
pub enum Step<'a> {
    /// A blank line completed this event: dispatch it.
    Event(EventRef<'a>),
    /// A `retry` field set the reconnection time, in milliseconds. It holds at once, not from the next blank line on.
    ReconnectionTime(u32),
}

/// One event is larger than the parser was told to hold.
///
/// The stream cannot go on: it is the same error again until [`Parser::restart`]. See the example of
/// [`Parser::with_max_event_size`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTooLarge {
    /// The bound that was exceeded, in bytes.
    pub max_event_size: usize,
}

impl fmt::Display for EventTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it exceeds the {} bytes allowed for one event (max_event_size)", self.max_event_size)
    }
}

impl error::Error for EventTooLarge {}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

impl Parser {
    /// A parser at the start of a stream, with no last event ID and [`DEFAULT_MAX_EVENT_SIZE`].
    pub fn new() -> Self {
        Self {
            lines: Lines::default(),
            data: String::new(),
            has_data: false,
            event_type: String::new(),
            last_event_type: Arc::from(MESSAGE),
            last_event_id_buffer: None,
            last_event_id: Arc::from(""),
            origin: Arc::from(""),
            handed_out: false,
            max_event_size: DEFAULT_MAX_EVENT_SIZE,
        }
    }

    /// Bounds the bytes held for one event: its data, its type, its ID and the line that is being received. Defaults to
    /// [`DEFAULT_MAX_EVENT_SIZE`].
    ///
    /// ```
    /// use wasm_eventsource::event_stream::{EventTooLarge, Parser};
    ///
    /// let mut parser = Parser::new().with_max_event_size(4);
    /// let error = parser.advance(&mut &b"data: hello\n\n"[..]).err();
    /// assert_eq!(error, Some(EventTooLarge { max_event_size: 4 }));
    /// ```
    #[must_use]
    pub fn with_max_event_size(mut self, bytes: usize) -> Self {
        self.max_event_size = bytes;
        self
    }

    /// Interprets bytes from the front of `input` up to the next step, and takes them off it. `None` means that all
    /// of `input` was taken. [`Parser`] has an example.
    ///
    /// # Errors
    /// [`EventTooLarge`] when an event exceeds the bound; nothing of it was delivered.
    pub fn advance(&mut self, input: &mut &[u8]) -> Result<Option<Step<'_>>, EventTooLarge> {
        if self.handed_out {
            self.handed_out = false;
            self.start_block();
        }
        self.check_size()?;
        while let Some(line) = self.lines.next(input) {
            match Line::read(line) {
                // "Append the field value to the data buffer, then append a single U+000A LINE FEED": the LF of the
                // last field would be removed again, so it is put between fields instead.
                Line::Data(value) => {
                    if self.has_data {
                        self.data.push('\n');
                    }
                    self.has_data = true;
                    self.data.push_str(&String::from_utf8_lossy(value));
                }
                Line::Event(value) => {
                    self.event_type.clear();
                    self.event_type.push_str(&String::from_utf8_lossy(value));
                }
                // Servers repeat their id: no allocation for what is known.
                Line::Id(value) => {
                    let known = value == self.last_event_id.as_bytes();
                    self.last_event_id_buffer = (!known).then(|| Arc::from(String::from_utf8_lossy(value)));
                }
                Line::Retry(milliseconds) => return Ok(Some(Step::ReconnectionTime(milliseconds))),
                Line::Blank => {
                    if self.dispatch() {
                        self.handed_out = true;
                        return Ok(Some(Step::Event(EventRef::new(self))));
                    }
                    continue;
                }
                Line::Comment | Line::Ignored => continue,
            }
            self.check_size()?;
        }
        self.check_size()?;
        Ok(None)
    }

    /// Begins a new stream: whatever was incomplete is dropped, the last event ID string stays.
    ///
    /// ```
    /// use wasm_eventsource::event_stream::{Parser, Step};
    ///
    /// let mut parser = Parser::new();
    /// assert!(parser.advance(&mut &b"id: 7\n\nid: 8\ndata: never comp"[..])?.is_none());
    /// parser.restart();
    /// assert_eq!(parser.last_event_id(), "7");
    /// if let Some(Step::Event(event)) = parser.advance(&mut &b"data: whole\n\n"[..])? {
    ///     assert_eq!(event.data(), "whole");
    /// }
    /// # Ok::<(), wasm_eventsource::event_stream::EventTooLarge>(())
    /// ```
    pub fn restart(&mut self) {
        self.lines = Lines::default();
        self.last_event_id_buffer = None;
        self.handed_out = false;
        self.start_block();
    }

    /// The event of the last [`Step::Event`], once more, until the next call of [`advance`](Parser::advance).
    pub fn event(&mut self) -> Option<EventRef<'_>> {
        self.handed_out.then(|| EventRef::new(self))
    }

    /// The last event ID string: that of the last complete block, empty if there was none.
    pub fn last_event_id(&self) -> &str {
        &self.last_event_id
    }

    /// Sets the last event ID string, as if a stream before had ended with it.
    pub fn set_last_event_id(&mut self, id: &str) {
        self.last_event_id_buffer = None;
        self.last_event_id = Arc::from(id);
    }

    /// Sets what [`Event::origin`](super::Event::origin) says of the events that follow: the origin, serialized, of the
    /// URL that the stream was received from. Defaults to nothing, for a parser cannot know.
    pub fn set_origin(&mut self, origin: &str) {
        if *self.origin != *origin {
            self.origin = Arc::from(origin);
        }
    }

    /// [Dispatch the event](https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage) as far as
    /// it is the parser's: whether there is one.
    fn dispatch(&mut self) -> bool {
        // "1. Set the last event ID string of the event source to the value of the last event ID buffer", which comes
        // before the look at the data: a block of an `id` alone counts.
        if let Some(id) = self.last_event_id_buffer.take() {
            self.last_event_id = id;
        }
        // "2. If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string
        // and return."
        if !self.has_data {
            self.start_block();
            return false;
        }
        true
    }

    fn start_block(&mut self) {
        self.data.clear();
        self.data.shrink_to(KEEP);
        self.has_data = false;
        self.event_type.clear();
    }

    fn check_size(&self) -> Result<(), EventTooLarge> {
        let id = self.last_event_id_buffer.as_deref().unwrap_or_default();
        let held = self.lines.held() + self.data.len() + self.event_type.len() + id.len();
        if held > self.max_event_size { Err(EventTooLarge { max_event_size: self.max_event_size }) } else { Ok(()) }
    }
}
