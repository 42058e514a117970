//! Interpreting a stream that comes in pieces: lines that the end of a piece cuts, and what was found last.

use alloc::borrow::Cow;
use core::mem;
use core::ops::Range;

use super::block::Block;
use super::field::{Field, LONGEST_NAME, Line, add_digits, before_null};
use super::interpret::{Buffers, Stop, interpret_lines, process};
use super::lines::{Cut, Lines, end_of_line, end_of_short_line, next_line};
use super::size::EventPart;
use super::text::lossy;

/// A [`Step`](super::Step) that borrows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// All of the input was taken.
    Nothing,
    Event,
    Comment,
    ReconnectionTime(u32),
    /// Something exceeds its bound. The result stays the same until a restart.
    TooLarge,
}

/// Interprets an event stream in pieces. A [`Parser`](super::Parser) wraps it for its users.
#[derive(Debug)]
pub(super) struct Interpreter {
    lines: Lines,
    pub(super) block: Block,
    pub(super) with_comments: bool,
    handed_out: HandedOut,
    /// Where the comment is that is handed out.
    comment: Range<usize>,
    pub(super) max_event_size: usize,
    /// What was too large.
    pub(super) error: Option<EventPart>,
}

/// What was found last. The next call takes it back first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandedOut {
    Nothing,
    /// The event in the block.
    Event,
    /// A comment, which is a part of the input.
    Comment,
    /// A comment that was held.
    HeldComment,
}

impl Interpreter {
    pub(super) fn new(max_event_size: usize) -> Self {
        Self {
            lines: Lines::default(),
            block: Block::new(),
            with_comments: false,
            handed_out: HandedOut::Nothing,
            comment: 0..0,
            max_event_size,
            error: None,
        }
    }

    /// Begins a new stream: drops what is incomplete. The last event ID string stays.
    pub(super) fn restart(&mut self) {
        self.lines = Lines::default();
        self.error = None;
        self.handed_out = HandedOut::Nothing;
        self.block.drop_incomplete();
    }

    /// The block of the event that was found last, if that was the last step.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn event(&self) -> Option<&Block> {
        (self.handed_out == HandedOut::Event).then_some(&self.block)
    }

    /// The same, to take the event out.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn event_mut(&mut self) -> Option<&mut Block> {
        (self.handed_out == HandedOut::Event).then_some(&mut self.block)
    }

    /// The comment that was found last, in this input.
    pub(super) fn comment<'a, 'input: 'a>(&'a self, input: &'input [u8]) -> Option<Cow<'a, str>> {
        match &self.handed_out {
            HandedOut::Comment => input.get(self.comment.clone()).map(lossy),
            HandedOut::HeldComment => Some(lossy(&self.lines.partial)),
            HandedOut::Nothing | HandedOut::Event => None,
        }
    }

    /// Interprets bytes from the front of `input` up to the next step, and takes them off it. What is found stays where it
    /// is until the next call.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn find(&mut self, input: &mut &[u8]) -> Found {
        let all = *input;
        let end = match (self.lines.cut, all) {
            (Cut::No | Cut::Unclear, _) => return self.find_more(input),
            (_, [byte]) => is_end(*byte).then_some(0),
            (Cut::Skipped, _) => end_of_short_line(all),
            _ => end_of_line(all),
        };
        // Tiny pieces, and pieces of large events, are mostly the middle of a line.
        match (self.lines.cut, end) {
            (Cut::Skipped, None) => {}
            (Cut::Data, None) if self.block.size().fits(all.len(), self.max_event_size) => match all {
                [byte] => self.block.push_byte(*byte),
                _ => self.block.push(all),
            },
            _ => return self.go_on(input, 0, end),
        }
        *input = &[];
        Found::Nothing
    }

    /// The value of a line that was cut goes on at `start`. The line ends at `end` behind that, if it does.
    fn go_on(&mut self, input: &mut &[u8], start: usize, end: Option<usize>) -> Found {
        let rest = &input[start..];
        let result = self.add_to_value(&rest[..end.unwrap_or(rest.len())]);
        let Some(end) = end else {
            *input = &[];
            return self.found(result);
        };
        let result = result.and_then(|_| self.end_value());
        let found = self.found(result);
        self.interpret(input, next_line(input, start + end), found)
    }

    fn find_more(&mut self, input: &mut &[u8]) -> Found {
        self.take_back();
        let mut at = self.lines.begin(input);
        if self.error.is_some() {
            return self.interpret(input, at, Found::TooLarge);
        }
        let mut found = Found::Nothing;
        while self.lines.cut == Cut::Unclear && found == Found::Nothing && at < input.len() {
            found = self.add_to_name(input, &mut at);
        }
        match self.lines.cut {
            // Its kind is known now.
            Cut::Data | Cut::Held(_) | Cut::Retry(_) | Cut::Skipped => self.go_on(input, at, end_of_line(&input[at..])),
            Cut::No | Cut::Unclear => self.interpret(input, at, found),
        }
    }

    /// Interprets `input` from `at` on up to the next step, unless something is `found` already. Takes what it interpreted off
    /// the input.
    fn interpret(&mut self, input: &mut &[u8], mut at: usize, mut found: Found) -> Found {
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
                Stop::TooLarge(part) => self.found(Err(part)),
                Stop::End => Found::Nothing,
                Stop::Cut => {
                    let start = mem::replace(&mut at, all.len());
                    let result = self.cut(&all[start..], all);
                    self.found(result)
                }
            };
        }
        if at == all.len() {
            self.lines.end_of_input(all);
        }
        *input = &all[at..];
        if found != Found::Event {
            // The next input is another one.
            self.block.copy_data(all);
        }
        found
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn found(&mut self, result: Result<Found, EventPart>) -> Found {
        match result {
            Ok(found) => found,
            Err(part) => self.give_up(part),
        }
    }

    /// What is too large is not kept, nor is the rest of the block: its event never comes.
    #[cold]
    fn give_up(&mut self, part: EventPart) -> Found {
        self.restart();
        self.error = Some(part);
        Found::TooLarge
    }

    /// The end of the input cuts this line, of which this is the beginning.
    fn cut(&mut self, line: &[u8], input: &[u8]) -> Result<Found, EventPart> {
        let (cut, value) = match Line::read(line) {
            Line::Unclear => {
                self.lines.partial.extend_from_slice(line);
                self.lines.cut = Cut::Unclear;
                return Ok(Found::Nothing);
            }
            Line::Known(Field::Data, value) => {
                self.block.size().check(Field::Data, 0, self.max_event_size)?;
                self.block.begin_data(input);
                (Cut::Data, value)
            }
            Line::Known(Field::Retry, value) => (Cut::Retry(None), value),
            Line::Known(field, value) if field != Field::Comment || self.with_comments => (Cut::Held(field), value),
            Line::Known(..) | Line::Ignored => (Cut::Skipped, line.len()),
        };
        self.lines.cut = cut;
        self.add_to_value(&line[value..])
    }

    /// The value of a line that was cut goes on.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn add_to_value(&mut self, more: &[u8]) -> Result<Found, EventPart> {
        match self.lines.cut {
            Cut::Data => {
                if !self.block.size().fits(more.len(), self.max_event_size) {
                    return Err(EventPart::Event);
                }
                self.block.push(more);
            }
            Cut::Held(field) => self.hold(field, more)?,
            Cut::Retry(number) => self.lines.cut = add_digits(number, more).map_or(Cut::Skipped, Cut::Retry),
            Cut::No | Cut::Unclear | Cut::Skipped => {}
        }
        Ok(Found::Nothing)
    }

    fn hold(&mut self, field: Field, more: &[u8]) -> Result<(), EventPart> {
        let ignored = if field == Field::Id { before_null(more) } else { None };
        let length = self.lines.partial.len() + ignored.unwrap_or(more).len();
        self.block.size().check(field, length, self.max_event_size)?;
        if ignored.is_some() {
            self.lines.cut = Cut::Skipped;
            self.lines.empty();
        } else {
            self.lines.partial.extend_from_slice(more);
        }
        Ok(())
    }

    /// The line that was cut is complete.
    fn end_value(&mut self) -> Result<Found, EventPart> {
        match mem::take(&mut self.lines.cut) {
            Cut::Retry(Some(milliseconds)) => return Ok(Found::ReconnectionTime(milliseconds)),
            Cut::Held(Field::Comment) => {
                self.handed_out = HandedOut::HeldComment;
                return Ok(Found::Comment);
            }
            Cut::Held(Field::Id) => self.block.set_id(&self.lines.partial),
            Cut::Held(_) => self.block.set_event_type(&self.lines.partial),
            Cut::No | Cut::Unclear | Cut::Data | Cut::Retry(None) | Cut::Skipped => {}
        }
        self.lines.empty();
        Ok(Found::Nothing)
    }

    /// Goes on with a line whose kind is not known yet, by a byte.
    fn add_to_name(&mut self, input: &[u8], at: &mut usize) -> Found {
        let byte = input[*at];
        if is_end(byte) {
            *at = next_line(input, *at);
            let result = self.process_short();
            return self.found(result);
        }
        *at += 1;
        self.lines.partial.push(byte);
        match self.lines.is_mark() {
            None => return Found::Nothing,
            Some(true) => {
                self.lines.cut = Cut::No;
                self.lines.empty();
                return Found::Nothing;
            }
            Some(false) => {}
        }
        if Line::read(&self.lines.partial) == Line::Unclear {
            return Found::Nothing;
        }
        // A name, a colon and the byte behind it.
        let mut line = [0; LONGEST_NAME + 2];
        let length = self.lines.partial.len();
        line[..length].copy_from_slice(&self.lines.partial);
        self.lines.partial.clear();
        let result = self.cut(&line[..length], &[]);
        self.found(result)
    }

    /// Processes a line that is complete before its kind was known: a name, and no value.
    fn process_short(&mut self) -> Result<Found, EventPart> {
        self.lines.cut = Cut::No;
        let found = match Line::complete(&self.lines.partial) {
            Line::Known(Field::Comment, _) if self.with_comments => {
                self.lines.empty();
                self.handed_out = HandedOut::HeldComment;
                return Ok(Found::Comment);
            }
            Line::Known(field, _) => {
                process(&mut self.block, field, &[], &[], self.max_event_size).map(|_| Found::Nothing)?
            }
            Line::Ignored | Line::Unclear => Found::Nothing,
        };
        self.lines.empty();
        Ok(found)
    }

    /// What was handed out is over.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn take_back(&mut self) {
        match mem::replace(&mut self.handed_out, HandedOut::Nothing) {
            HandedOut::Nothing | HandedOut::Comment => {}
            HandedOut::Event => self.block.start(),
            HandedOut::HeldComment => self.lines.empty(),
        }
    }
}

fn is_end(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
