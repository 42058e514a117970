//! Interpreting a stream that comes in pieces. Parsing starts in [`Interpreter::find`].
//!
//! A piece is what the caller has of the stream at the moment. Its whole lines are interpreted by [`interpret_lines`]. This file
//! handles the line that the end of the piece cuts: [`CutLine`] has a diagram of its states.
//!
//! | the input begins with | function |
//! |---|---|
//! | a new line, or more of a line of unknown kind | [`Interpreter::find_from_line_start`] |
//! | more of a line of known kind, and its end | [`Interpreter::continue_cut_line`] |
//! | more of a `data` or an ignored line, and not its end | [`Interpreter::find`] itself, the fast path |
//!
//! Each value is checked against the [limits](super#limits) before it is copied: that of a whole line in `interpret.rs`, that of a
//! cut line in [`Interpreter::append_value`] and, on the fast path, in [`Interpreter::find`]. The LF before another `data` line is
//! checked where that line begins.

use alloc::borrow::Cow;
use core::mem;
use core::ops::Range;

use super::block::Block;
use super::field::{Field, LONGEST_NAME, LineKind, add_digits, before_null};
use super::interpret::{Buffers, Stop, interpret_lines, process};
use super::lines::{CutLine, LineState, end_of_line, end_of_short_line, next_line};
use super::size::EventPart;
use super::text::lossy;

/// What [`Interpreter::find`] came upon: a [`Step`](super::Step) that borrows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// All of the input was taken.
    Nothing,
    Event,
    Comment,
    ReconnectionTime(u32),
    /// Something exceeds its limit. Until a restart, every call returns this.
    TooLarge,
}

/// Interprets an event stream in pieces. A [`Parser`](super::Parser) is its public side.
#[derive(Debug)]
pub(super) struct Interpreter {
    line: LineState,
    pub(super) block: Block,
    pub(super) with_comments: bool,
    handed_out: HandedOut,
    /// The place of that comment, for [`HandedOut::Comment`].
    comment: Range<usize>,
    pub(super) max_event_size: usize,
    /// What was too large. Then nothing more is interpreted until a restart.
    pub(super) error: Option<EventPart>,
}

/// What the caller may be looking at since the last call. The next call forgets it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandedOut {
    Nothing,
    /// The event in the block.
    Event,
    /// A comment that lies in the input.
    Comment,
    /// A comment that came in several pieces and lies in [`LineState::buffer`].
    BufferedComment,
}

impl Interpreter {
    pub(super) fn new(max_event_size: usize) -> Self {
        Self {
            line: LineState::default(),
            block: Block::new(),
            with_comments: false,
            handed_out: HandedOut::Nothing,
            comment: 0..0,
            max_event_size,
            error: None,
        }
    }

    /// Begins a new stream. An incomplete line or event is dropped; the last event ID string stays.
    pub(super) fn restart(&mut self) {
        self.line = LineState::default();
        self.error = None;
        self.handed_out = HandedOut::Nothing;
        self.block.drop_incomplete();
    }

    /// Whether there is data that was not dispatched yet, or a line without an end. A comment does not count.
    pub(super) fn is_in_event(&self) -> bool {
        let is_in_line =
            !matches!(self.line.cut, CutLine::Absent | CutLine::Ignored | CutLine::Buffered(Field::Comment));
        is_in_line || (self.handed_out != HandedOut::Event && self.block.size().has_data)
    }

    /// The block of the event that was found last, if an event was found last.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn event(&self) -> Option<&Block> {
        (self.handed_out == HandedOut::Event).then_some(&self.block)
    }

    /// The same, mutable.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn event_mut(&mut self) -> Option<&mut Block> {
        (self.handed_out == HandedOut::Event).then_some(&mut self.block)
    }

    /// The comment that was found last, in this input.
    pub(super) fn comment<'a, 'input: 'a>(&'a self, input: &'input [u8]) -> Option<Cow<'a, str>> {
        match &self.handed_out {
            HandedOut::Comment => input.get(self.comment.clone()).map(lossy),
            HandedOut::BufferedComment => Some(lossy(&self.line.buffer)),
            HandedOut::Nothing | HandedOut::Event => None,
        }
    }

    /// Interprets `input` up to the next step, and removes the bytes up to there from its front. What is found can be read until
    /// the next call.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn find(&mut self, input: &mut &[u8]) -> Found {
        let all = *input;
        let end = match (self.line.cut, all) {
            (CutLine::Absent | CutLine::Unknown, _) => return self.find_from_line_start(input),
            (_, [byte]) => is_end(*byte).then_some(0),
            (CutLine::Ignored, _) => end_of_short_line(all),
            _ => end_of_line(all),
        };
        // The fast path: the whole input lies inside one line. Most tiny pieces do, and most pieces of large events.
        match (self.line.cut, end) {
            (CutLine::Ignored, None) => {}
            (CutLine::Data, None) if self.block.size().fits(all.len(), self.max_event_size) => match all {
                [byte] => self.block.push_byte(*byte),
                _ => self.block.push(all),
            },
            _ => return self.continue_cut_line(input, 0, end),
        }
        *input = &[];
        Found::Nothing
    }

    /// Goes on with the value of the cut line, which continues at `start`. The line ends `end` bytes behind `start`, or not in this
    /// input.
    fn continue_cut_line(&mut self, input: &mut &[u8], start: usize, end: Option<usize>) -> Found {
        let rest = &input[start..];
        let result = self.append_value(&rest[..end.unwrap_or(rest.len())]);
        let Some(end) = end else {
            *input = &[];
            return self.found_or_give_up(result);
        };
        let result = result.and_then(|_| self.complete_cut_line());
        let found = self.found_or_give_up(result);
        self.interpret_from(input, next_line(input, start + end), found)
    }

    /// The input begins with a new line, or with more of a line whose kind is not known yet.
    fn find_from_line_start(&mut self, input: &mut &[u8]) -> Found {
        self.forget_handed_out();
        let mut at = self.line.begin(input);
        if self.error.is_some() {
            return self.interpret_from(input, at, Found::TooLarge);
        }
        let mut found = Found::Nothing;
        while self.line.cut == CutLine::Unknown && found == Found::Nothing && at < input.len() {
            found = self.append_name_byte(input, &mut at);
        }
        match self.line.cut {
            // The kind of the cut line has become known.
            CutLine::Data | CutLine::Buffered(_) | CutLine::Retry(_) | CutLine::Ignored => {
                self.continue_cut_line(input, at, end_of_line(&input[at..]))
            }
            CutLine::Absent | CutLine::Unknown => self.interpret_from(input, at, found),
        }
    }

    /// Interprets `input` from `at` on up to the next step, unless something is `found` already. Removes the bytes that it has
    /// dealt with from the front of `input`.
    fn interpret_from(&mut self, input: &mut &[u8], mut at: usize, mut found: Found) -> Found {
        let all = *input;
        if found == Found::Nothing {
            found = match interpret_lines(&mut self.block, all, &mut at, self.with_comments, self.max_event_size) {
                Stop::Event => {
                    self.handed_out = HandedOut::Event;
                    Found::Event
                }
                Stop::Comment(place) => {
                    self.handed_out = HandedOut::Comment;
                    self.comment = place;
                    Found::Comment
                }
                Stop::ReconnectionTime(milliseconds) => Found::ReconnectionTime(milliseconds),
                Stop::TooLarge(part) => self.found_or_give_up(Err(part)),
                Stop::End => Found::Nothing,
                Stop::Cut => {
                    let start = mem::replace(&mut at, all.len());
                    let result = self.begin_cut_line(&all[start..], all);
                    self.found_or_give_up(result)
                }
            };
        }
        if at == all.len() {
            self.line.end_of_input(all);
        }
        *input = &all[at..];
        if found != Found::Event {
            // The caller may pass another slice next: offsets into this one are about to become invalid.
            self.block.copy_data(all);
        }
        found
    }

    /// What was found, or [`Found::TooLarge`] if a limit was exceeded.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn found_or_give_up(&mut self, result: Result<Found, EventPart>) -> Found {
        match result {
            Ok(found) => found,
            Err(part) => self.give_up(part),
        }
    }

    /// Drops the block in which something is too large: its event never comes.
    #[cold]
    fn give_up(&mut self, part: EventPart) -> Found {
        self.restart();
        self.error = Some(part);
        Found::TooLarge
    }

    /// The input ends in the middle of a line. `line` is what has come of it.
    fn begin_cut_line(&mut self, line: &[u8], input: &[u8]) -> Result<Found, EventPart> {
        let (cut, value) = match LineKind::of_beginning(line) {
            LineKind::Unknown => {
                self.line.buffer.extend_from_slice(line);
                self.line.cut = CutLine::Unknown;
                return Ok(Found::Nothing);
            }
            LineKind::Known(Field::Data, value) => {
                self.block.size().check_value(Field::Data, 0, self.max_event_size)?;
                self.block.begin_data(input);
                (CutLine::Data, value)
            }
            LineKind::Known(Field::Retry, value) => (CutLine::Retry(None), value),
            LineKind::Known(field, value) if field != Field::Comment || self.with_comments => {
                (CutLine::Buffered(field), value)
            }
            LineKind::Known(..) | LineKind::Ignored => (CutLine::Ignored, line.len()),
        };
        self.line.cut = cut;
        self.append_value(&line[value..])
    }

    /// More of the cut line's value has come. Checks it against the [limits](super#limits), then keeps it where its kind of line
    /// keeps it.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn append_value(&mut self, more: &[u8]) -> Result<Found, EventPart> {
        match self.line.cut {
            CutLine::Data => {
                if !self.block.size().fits(more.len(), self.max_event_size) {
                    return Err(EventPart::Event);
                }
                self.block.push(more);
            }
            CutLine::Buffered(field) => self.buffer_value(field, more)?,
            CutLine::Retry(number) => self.line.cut = add_digits(number, more).map_or(CutLine::Ignored, CutLine::Retry),
            CutLine::Absent | CutLine::Unknown | CutLine::Ignored => {}
        }
        Ok(Found::Nothing)
    }

    /// Adds to the value of an `event`, an `id` or a comment, which is buffered until its line is complete.
    fn buffer_value(&mut self, field: Field, more: &[u8]) -> Result<(), EventPart> {
        // An ID with a NULL is ignored. The part before the NULL must still fit the limit: see `process`.
        let before_null = if field == Field::Id { before_null(more) } else { None };
        let length = self.line.buffer.len() + before_null.unwrap_or(more).len();
        self.block.size().check_value(field, length, self.max_event_size)?;
        if before_null.is_some() {
            self.line.cut = CutLine::Ignored;
            self.line.empty();
        } else {
            self.line.buffer.extend_from_slice(more);
        }
        Ok(())
    }

    /// The end of the cut line has come.
    fn complete_cut_line(&mut self) -> Result<Found, EventPart> {
        match mem::take(&mut self.line.cut) {
            CutLine::Retry(Some(milliseconds)) => return Ok(Found::ReconnectionTime(milliseconds)),
            CutLine::Buffered(Field::Comment) => {
                self.handed_out = HandedOut::BufferedComment;
                return Ok(Found::Comment);
            }
            CutLine::Buffered(Field::Id) => self.block.set_id(&self.line.buffer),
            CutLine::Buffered(_) => self.block.set_event_type(&self.line.buffer),
            CutLine::Absent | CutLine::Unknown | CutLine::Data | CutLine::Retry(None) | CutLine::Ignored => {}
        }
        self.line.empty();
        Ok(Found::Nothing)
    }

    /// Takes one byte of a line whose kind is not known yet.
    fn append_name_byte(&mut self, input: &[u8], at: &mut usize) -> Found {
        let byte = input[*at];
        if is_end(byte) {
            *at = next_line(input, *at);
            let result = self.complete_unknown_line();
            return self.found_or_give_up(result);
        }
        *at += 1;
        self.line.buffer.push(byte);
        match self.line.is_mark() {
            None => return Found::Nothing,
            Some(true) => {
                self.line.cut = CutLine::Absent;
                self.line.empty();
                return Found::Nothing;
            }
            Some(false) => {}
        }
        if LineKind::of_beginning(&self.line.buffer) == LineKind::Unknown {
            return Found::Nothing;
        }
        // The kind is known now. At most this many bytes have come: a name, a colon and the byte behind it.
        let mut line = [0; LONGEST_NAME + 2];
        let length = self.line.buffer.len();
        line[..length].copy_from_slice(&self.line.buffer);
        self.line.buffer.clear();
        let result = self.begin_cut_line(&line[..length], &[]);
        self.found_or_give_up(result)
    }

    /// The line has ended before its kind was known: it has a name and no value.
    fn complete_unknown_line(&mut self) -> Result<Found, EventPart> {
        self.line.cut = CutLine::Absent;
        let found = match LineKind::of_complete(&self.line.buffer) {
            LineKind::Known(Field::Comment, _) if self.with_comments => {
                self.line.empty();
                self.handed_out = HandedOut::BufferedComment;
                return Ok(Found::Comment);
            }
            LineKind::Known(field, _) => {
                process(&mut self.block, field, &[], &[], self.max_event_size).map(|_| Found::Nothing)?
            }
            LineKind::Ignored | LineKind::Unknown => Found::Nothing,
        };
        self.line.empty();
        Ok(found)
    }

    /// The caller is done with what was found last: its buffers can be used again.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn forget_handed_out(&mut self) {
        match mem::replace(&mut self.handed_out, HandedOut::Nothing) {
            HandedOut::Nothing | HandedOut::Comment => {}
            HandedOut::Event => self.block.start(),
            HandedOut::BufferedComment => self.line.empty(),
        }
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
