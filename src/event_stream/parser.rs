//! The public [`Parser`]. It has the settings and hands out what is found; parsing itself starts in [`Interpreter::find`]
//! (`pieces.rs`).

use alloc::borrow::Cow;
use core::fmt;

use super::event::EventRef;
use super::head::EventHead;
use super::pieces::{Found, Interpreter};
use super::size::{DEFAULT_MAX_EVENT_SIZE, EventPart, EventTooLarge};
use crate::time::Duration;

/// An incremental interpreter of one event source's streams, one after another.
///
/// It outlives a stream because the last event ID does: call [`restart`](Parser::restart) when a new stream begins. An event that
/// is not complete when the stream ends is lost, as the standard requires.
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
pub struct Parser {
    pub(super) interpreter: Interpreter,
}

impl fmt::Debug for Parser {
    /// Without the text that was received, which may be large or secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parser").field("max_event_size", &self.interpreter.max_event_size).finish_non_exhaustive()
    }
}

/// What [`Parser::advance`] found. [`Parser`] has an example.
#[non_exhaustive]
pub enum Step<'a> {
    /// A blank line completed this event: dispatch it.
    Event(EventRef<'a>),
    /// A comment: the text behind its colon, without one space at the front. Only a parser [with
    /// comments](Parser::with_comments) hands them out.
    Comment(Cow<'a, str>),
    /// A `retry` field set the reconnection time. It counts at once, even if no blank line follows.
    ReconnectionTime(Duration),
}

impl fmt::Debug for Step<'_> {
    /// With the length of a comment instead of its text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(event) => f.debug_tuple("Event").field(event).finish(),
            Self::Comment(comment) => f.debug_struct("Comment").field("length", &comment.len()).finish(),
            Self::ReconnectionTime(time) => f.debug_tuple("ReconnectionTime").field(time).finish(),
        }
    }
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

impl Parser {
    /// A parser at the start of a stream, with no last event ID and [`DEFAULT_MAX_EVENT_SIZE`].
    pub fn new() -> Self {
        Self { interpreter: Interpreter::new(DEFAULT_MAX_EVENT_SIZE) }
    }

    /// Limits the size of one event, in bytes. Defaults to [`DEFAULT_MAX_EVENT_SIZE`].
    ///
    /// What counts, and what does not, is under [Limits](super#limits).
    ///
    /// ```
    /// use wasm_eventsource::event_stream::{EventPart, EventTooLarge, Parser};
    ///
    /// let mut parser = Parser::new().with_max_event_size(4);
    /// assert!(parser.advance(&mut &b": a long comment\ndata: 1234\n\n"[..]).is_ok());
    /// let error = parser.advance(&mut &b"data: hello\n\n"[..]).err();
    /// assert_eq!(error, Some(EventTooLarge { part: EventPart::Event, max_size: 4 }));
    /// ```
    #[must_use]
    pub fn with_max_event_size(mut self, bytes: usize) -> Self {
        self.interpreter.max_event_size = bytes;
        self
    }

    /// Hands out comments, too. The standard ignores them; servers send them to show that they are still there. The text of a comment
    /// is what follows its colon, without one space at the front, as with a field's value.
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
        self.interpreter.with_comments = true;
        self
    }

    /// Interprets `input` up to the next step, and removes the bytes up to there from its front. `None` means that all of `input` was
    /// interpreted. [`Parser`] has an example.
    ///
    /// # Errors
    /// [`EventTooLarge`] if an event exceeds a [limit](super#limits). Nothing of that event was delivered.
    pub fn advance<'a, 'input: 'a>(&'a mut self, input: &mut &'input [u8]) -> Result<Option<Step<'a>>, EventTooLarge> {
        let all = *input;
        Ok(match self.find(input) {
            Found::Nothing => None,
            Found::Event => self.event(all).map(Step::Event),
            Found::Comment => self.comment(all).map(Step::Comment),
            Found::ReconnectionTime(milliseconds) => {
                Some(Step::ReconnectionTime(Duration::from_millis(milliseconds.into())))
            }
            Found::TooLarge => return Err(self.error()),
        })
    }

    /// Begins a new stream. An incomplete event is dropped; the last event ID string stays.
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
        self.interpreter.restart();
    }

    /// The last event ID string: the one that the last complete block left. Empty if no block has set it.
    pub fn last_event_id(&self) -> &str {
        self.interpreter.block.head.last_event_id()
    }

    /// Sets the last event ID string, as if an earlier stream had ended with it.
    pub fn set_last_event_id(&mut self, id: &str) {
        self.interpreter.block.set_last_event_id(id);
    }

    /// Sets the [`origin`](super::Event::origin) of the events that follow: the serialized origin of the URL that the stream comes
    /// from. Defaults to an empty string, because a parser cannot know it.
    pub fn set_origin(&mut self, origin: &str) {
        self.interpreter.block.head.set_origin(origin);
    }

    /// The origin that [`set_origin`](Parser::set_origin) has set.
    #[cfg(feature = "sharing")]
    pub(crate) fn origin(&self) -> &str {
        self.interpreter.block.head.view().origin
    }

    /// Whether the stream has stopped in the middle of an event: there is data whose blank line has not come, or a line without an end.
    /// A comment does not count.
    pub(crate) fn is_in_event(&self) -> bool {
        self.interpreter.is_in_event()
    }

    /// A number that changes with the last event ID string.
    #[cfg(feature = "sharing")]
    pub(crate) fn id_version(&self) -> u32 {
        self.interpreter.block.head.view().versions.last_event_id
    }

    /// Whether the block of the event that was found last has an ID.
    #[cfg(feature = "sharing")]
    pub(crate) fn has_own_id(&self) -> bool {
        self.interpreter.block.has_own_id()
    }

    /// Like [`advance`](Parser::advance), but borrows nothing. Until the next call, the functions below return what was found.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn find(&mut self, input: &mut &[u8]) -> Found {
        self.interpreter.find(input)
    }

    /// The event that was found last. `input` is the input in which it was found.
    pub(crate) fn event<'a, 'input: 'a>(&'a mut self, input: &'input [u8]) -> Option<EventRef<'a>> {
        self.interpreter.event_mut().map(|block| EventRef::new(block, input))
    }

    /// Type, last event ID and origin of the event that was found last.
    pub(crate) fn event_head(&self) -> Option<EventHead<'_>> {
        self.interpreter.event().map(|block| block.head.view())
    }

    /// The data of the event that was found last, as bytes of the stream. They are UTF-8, except where the stream is malformed.
    /// `input` is the input in which the event was found.
    pub(crate) fn raw_data<'a>(&'a mut self, input: &'a [u8]) -> Option<&'a [u8]> {
        self.interpreter.event_mut().map(|block| block.raw_data(input))
    }

    /// The comment that was found last. `input` is the input in which it was found.
    pub(crate) fn comment<'a, 'input: 'a>(&'a self, input: &'input [u8]) -> Option<Cow<'a, str>> {
        self.interpreter.comment(input)
    }

    /// The error behind [`Found::TooLarge`].
    pub(crate) fn error(&self) -> EventTooLarge {
        self.interpreter.error.unwrap_or(EventPart::Event).error(self.interpreter.max_event_size)
    }
}
