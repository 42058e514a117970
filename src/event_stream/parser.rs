//! Processing fields and dispatching events.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;
use core::{error, fmt, mem, str};

use super::event::EventRef;
use super::field::Line;
use super::head::{EventHead, Head};
use super::lines::{Cut, Lines, end_of_line};

/// How many bytes a [`Parser`] holds for one event unless [told otherwise](Parser::with_max_event_size): 128 MiB.
pub const DEFAULT_MAX_EVENT_SIZE: usize = 128 * 1024 * 1024;

/// Capacity that the data buffer keeps for the next event; more than this is given back.
const KEEP: usize = 64 * 1024;

/// What a line begins with whose value need not be held until it is complete.
const DATA: &[u8] = b"data:";

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
    /// Where in the input the data lies while it is the value of one whole line of it, of the only `data` field.
    in_place: Option<Range<usize>>,
    /// The data buffer, when it does not. Its last line may not be complete.
    data: Vec<u8>,
    /// A `data` field was seen in this block. Not the same as data being non-empty: the standard appends an LF for
    /// each field, so that one empty `data` field makes an event.
    has_data: bool,
    /// The data buffer of the event that was handed out, decoded. It is `data`, moved.
    text: String,
    /// The event type buffer.
    event_type: String,
    /// The last event ID buffer: what the next blank line makes the last event ID string, if it `has_id`; otherwise they
    /// agree.
    id: String,
    has_id: bool,
    pub(super) head: Head,
    with_comments: bool,
    handed_out: HandedOut,
    max_event_size: usize,
    too_large: bool,
}

/// What the next call has to take back first.
#[derive(Debug, Clone, PartialEq, Eq)]
enum HandedOut {
    Nothing,
    /// The event in the buffers.
    Event,
    /// A comment, which is this part of the input.
    Comment(Range<usize>),
    /// A comment, which is this part of the line that was held.
    HeldComment(Range<usize>),
}

/// A [`Step`] that borrows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    Event,
    Comment,
    ReconnectionTime(u32),
}

/// What [`Parser::advance`] came upon. [`Parser`] has an example.
#[derive(Debug)]
#[non_exhaustive]
pub enum Step<'a> {
    /// A blank line completed this event: dispatch it.
    Event(EventRef<'a>),
    /// A comment, if the parser is one [with comments](Parser::with_comments): what follows the colon, less one space.
    Comment(Cow<'a, str>),
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
        f.write_str(&self.clause())
    }
}

impl EventTooLarge {
    /// What is displayed.
    pub(crate) fn clause(self) -> String {
        let bytes = self.max_event_size.to_string();
        ["it exceeds the ", &bytes, " bytes allowed for one event (max_event_size)"].concat()
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
            in_place: None,
            data: Vec::new(),
            has_data: false,
            text: String::new(),
            event_type: String::new(),
            id: String::new(),
            has_id: false,
            head: Head::new(),
            with_comments: false,
            handed_out: HandedOut::Nothing,
            max_event_size: DEFAULT_MAX_EVENT_SIZE,
            too_large: false,
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

    /// Hands out comments too, which the standard ignores: servers send them to say that they are still there. What a
    /// comment says is what follows its colon; one space at the front is removed, as from a field's value.
    ///
    /// ```
    /// use wasm_eventsource::event_stream::{Parser, Step};
    ///
    /// let mut parser = Parser::new().with_comments();
    /// let step = parser.advance(&mut &b": still here\n"[..])?;
    /// assert!(matches!(step, Some(Step::Comment(comment)) if comment == "still here"));
    /// # Ok::<(), wasm_eventsource::event_stream::EventTooLarge>(())
    /// ```
    #[must_use]
    pub fn with_comments(mut self) -> Self {
        self.with_comments = true;
        self
    }

    /// Interprets bytes from the front of `input` up to the next step, and takes them off it. `None` means that all
    /// of `input` was taken. [`Parser`] has an example.
    ///
    /// # Errors
    /// [`EventTooLarge`] when an event exceeds the bound; nothing of it was delivered.
    pub fn advance<'a, 'input: 'a>(&'a mut self, input: &mut &'input [u8]) -> Result<Option<Step<'a>>, EventTooLarge> {
        let all = *input;
        let Some(found) = self.find(input)? else { return Ok(None) };
        Ok(match found {
            Found::Event => self.event(all).map(Step::Event),
            Found::Comment => self.comment(all).map(Step::Comment),
            Found::ReconnectionTime(milliseconds) => Some(Step::ReconnectionTime(milliseconds)),
        })
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
        self.has_id = false;
        self.too_large = false;
        self.handed_out = HandedOut::Nothing;
        self.start_block();
    }

    /// The last event ID string: that of the last complete block, empty if there was none.
    pub fn last_event_id(&self) -> &str {
        self.head.last_event_id()
    }

    /// Sets the last event ID string, as if a stream before had ended with it.
    pub fn set_last_event_id(&mut self, id: &str) {
        self.has_id = false;
        self.head.set_last_event_id(id);
    }

    /// Sets what [`Event::origin`](super::Event::origin) says of the events that follow: the origin, serialized, of the
    /// URL that the stream was received from. Defaults to nothing, for a parser cannot know.
    pub fn set_origin(&mut self, origin: &str) {
        self.head.set_origin(origin);
    }

    /// [`advance`](Parser::advance), with what is found left where it lies until the next call.
    pub(crate) fn find(&mut self, input: &mut &[u8]) -> Result<Option<Found>, EventTooLarge> {
        self.take_back();
        let all = *input;
        let mut at = 0;
        let found = self.interpret(all, &mut at);
        *input = &all[at..];
        if found != Ok(Some(Found::Event)) {
            // The next input is another one.
            self.copy_data(all);
        }
        self.too_large = found.is_err();
        found
    }

    /// The event that was found last, in this input.
    pub(crate) fn event<'a, 'input: 'a>(&'a mut self, input: &'input [u8]) -> Option<EventRef<'a>> {
        if self.handed_out != HandedOut::Event {
            return None;
        }
        let bytes = self.in_place.clone().and_then(|place| input.get(place));
        let in_place = bytes.and_then(|bytes| str::from_utf8(bytes).ok());
        if in_place.is_none() {
            self.copy_data(input);
            self.decode_data();
        }
        Some(EventRef::new(self, in_place))
    }

    /// What the event that was found last has beside its data.
    pub(crate) fn event_head(&self) -> Option<EventHead<'_>> {
        (self.handed_out == HandedOut::Event).then(|| self.head.view())
    }

    /// Where in the input the data lies of the event that was found last, if it does.
    pub(crate) fn data_in_input(&self) -> Option<Range<usize>> {
        self.in_place.clone().filter(|_| self.handed_out == HandedOut::Event)
    }

    /// The comment that was found last, in this input.
    pub(crate) fn comment<'a, 'input: 'a>(&'a self, input: &'input [u8]) -> Option<Cow<'a, str>> {
        let text = match &self.handed_out {
            HandedOut::Comment(place) => input.get(place.clone()),
            HandedOut::HeldComment(place) => self.lines.partial.get(place.clone()),
            _ => None,
        };
        text.map(String::from_utf8_lossy)
    }

    /// The event's data, decoded, if it is not in the input.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The same, to own. A buffer that would be kept is copied, for the next event would have to make another one.
    pub(super) fn take_text(&mut self) -> String {
        if self.text.capacity() > KEEP { mem::take(&mut self.text) } else { String::from(self.text.as_str()) }
    }

    /// Interprets `input` from `at` on, up to what is to be handed out; there `at` is then.
    fn interpret(&mut self, input: &[u8], at: &mut usize) -> Result<Option<Found>, EventTooLarge> {
        if self.too_large {
            return Err(self.error());
        }
        *at = self.lines.begin(input);
        if self.lines.cut != Cut::No {
            let found = self.go_on(input, at)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        while *at < input.len() {
            let start = *at;
            let Some(length) = end_of_line(&input[start..]) else {
                *at = input.len();
                self.copy_data(input);
                self.hold(&input[start..]);
                self.check_size()?;
                break;
            };
            let end = start + length;
            *at = self.lines.end(input, end);
            match Line::read(&input[start..end]) {
                Line::Data(value) if !self.has_data => {
                    self.has_data = true;
                    self.in_place = Some(end - value.len()..end);
                    self.check_size()?;
                }
                Line::Data(value) => {
                    self.copy_data(input);
                    self.add_data(value);
                    self.check_size()?;
                }
                Line::Comment(text) if self.with_comments => {
                    self.handed_out = HandedOut::Comment(end - text.len()..end);
                    return Ok(Some(Found::Comment));
                }
                line => {
                    if let Some(found) = self.process(&line)? {
                        return Ok(Some(found));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Goes on with the line that was cut.
    fn go_on(&mut self, input: &[u8], at: &mut usize) -> Result<Option<Found>, EventTooLarge> {
        let rest = &input[*at..];
        let end = end_of_line(rest);
        let more = &rest[..end.unwrap_or(rest.len())];
        match &mut self.lines.cut {
            Cut::Data { .. } => self.data.extend_from_slice(more),
            Cut::Skipped { length } => *length += more.len(),
            _ if end.is_none() => self.hold(more),
            _ => self.lines.partial.extend_from_slice(more),
        }
        *at += more.len();
        if end.is_some() {
            *at = self.lines.end(input, *at);
            if mem::take(&mut self.lines.cut) == Cut::Held {
                return self.process_held();
            }
        }
        self.check_size()?;
        Ok(None)
    }

    /// Keeps what there is of a line, in a way that depends on the line.
    fn hold(&mut self, more: &[u8]) {
        let lines = &mut self.lines;
        let is_whole = lines.partial.is_empty();
        if !is_whole {
            lines.partial.extend_from_slice(more);
        }
        let line = if is_whole { more } else { &lines.partial };
        lines.cut = if !lines.is_past_mark() {
            Cut::Held
        } else if line.len() > DATA.len() && line.starts_with(DATA) {
            // With one byte more than the name it is known whether there is a space.
            let Line::Data(value) = Line::read(line) else { return };
            if self.has_data {
                self.data.push(b'\n');
            }
            self.has_data = true;
            self.data.extend_from_slice(value);
            Cut::Data { name: line.len() - value.len() }
        } else if line.starts_with(b":") && !self.with_comments {
            Cut::Skipped { length: line.len() }
        } else {
            Cut::Held
        };
        if lines.cut != Cut::Held {
            lines.partial.clear();
        } else if is_whole {
            lines.partial.extend_from_slice(more);
        }
    }

    /// Processes the line that was held, and is complete.
    fn process_held(&mut self) -> Result<Option<Found>, EventTooLarge> {
        let (line, start) = self.lines.take_held();
        match Line::read(&line[start..]) {
            Line::Comment(text) if self.with_comments => {
                self.handed_out = HandedOut::HeldComment(line.len() - text.len()..line.len());
                self.lines.partial = line;
                Ok(Some(Found::Comment))
            }
            read => {
                let found = self.process(&read);
                self.lines.keep_buffer(line);
                found
            }
        }
    }

    /// [Processes a line](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
    fn process(&mut self, line: &Line<'_>) -> Result<Option<Found>, EventTooLarge> {
        match line {
            Line::Data(value) => self.add_data(value),
            Line::Event(value) => {
                self.event_type.clear();
                self.event_type.push_str(&String::from_utf8_lossy(value));
            }
            Line::Id(value) => {
                // Servers repeat their id.
                self.has_id = *value != self.head.last_event_id().as_bytes();
                if self.has_id {
                    self.id.clear();
                    self.id.push_str(&String::from_utf8_lossy(value));
                }
            }
            Line::Retry(milliseconds) => return Ok(Some(Found::ReconnectionTime(*milliseconds))),
            Line::Blank => return Ok(self.dispatch().then_some(Found::Event)),
            Line::Comment(_) | Line::Ignored => return Ok(None),
        }
        self.check_size()?;
        Ok(None)
    }

    /// "Append the field value to the data buffer, then append a single U+000A LINE FEED": the LF of the last field would be
    /// removed again, so it is put between fields instead.
    fn add_data(&mut self, value: &[u8]) {
        if self.has_data {
            self.data.push(b'\n');
        }
        self.has_data = true;
        self.data.extend_from_slice(value);
    }

    /// [Dispatch the event](https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage) as far as
    /// it is the parser's: whether there is one.
    fn dispatch(&mut self) -> bool {
        // "1. Set the last event ID string of the event source to the value of the last event ID buffer", which comes
        // before the look at the data: a block of an `id` alone counts.
        if mem::take(&mut self.has_id) {
            self.head.set_last_event_id(&self.id);
        }
        // "2. If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string
        // and return."
        if !self.has_data {
            self.event_type.clear();
            return false;
        }
        self.head.set_event_type(&self.event_type);
        self.handed_out = HandedOut::Event;
        true
    }

    /// Data that lies in the input is copied out of it.
    fn copy_data(&mut self, input: &[u8]) {
        if let Some(place) = self.in_place.take() {
            self.data.extend_from_slice(input.get(place).unwrap_or_default());
        }
    }

    /// Malformed sequences become U+FFFD; what has none moves and is not copied.
    fn decode_data(&mut self) {
        if !self.data.is_empty() {
            let bytes = mem::take(&mut self.data);
            self.text =
                String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
    }

    /// What was handed out is over.
    fn take_back(&mut self) {
        match mem::replace(&mut self.handed_out, HandedOut::Nothing) {
            HandedOut::Nothing | HandedOut::Comment(_) => {}
            HandedOut::Event => self.start_block(),
            HandedOut::HeldComment(_) => {
                let (line, _) = self.lines.take_held();
                self.lines.keep_buffer(line);
            }
        }
    }

    fn start_block(&mut self) {
        let text = mem::take(&mut self.text);
        if text.capacity() > self.data.capacity() {
            self.data = text.into_bytes();
        }
        self.data.clear();
        self.data.shrink_to(KEEP);
        self.in_place = None;
        self.has_data = false;
        self.event_type.clear();
    }

    fn check_size(&self) -> Result<(), EventTooLarge> {
        let in_place = self.in_place.as_ref().map_or(0, Range::len);
        let id = if self.has_id { self.id.len() } else { 0 };
        let held = self.lines.held() + in_place + self.data.len() + self.event_type.len() + id;
        if held > self.max_event_size { Err(self.error()) } else { Ok(()) }
    }

    fn error(&self) -> EventTooLarge {
        EventTooLarge { max_event_size: self.max_event_size }
    }
}
