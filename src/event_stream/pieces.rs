//! Interpreting a stream that comes in pieces: lines that the end of a piece cuts, and what was found last.

use alloc::borrow::Cow;
use core::mem;
use core::ops::Range;

use super::block::Block;
use super::field::{Line, value_of_data};
use super::interpret::{Buffers, CutLine, Stop, interpret_lines, process};
use super::lines::{Cut, Lines, end_of_line, end_of_short_line, next_line};
use super::text::lossy;

/// A [`Step`](super::Step) that borrows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// All of the input was taken.
    Nothing,
    Event,
    Comment,
    ReconnectionTime(u32),
    /// The event exceeds the bound. The result stays the same until a restart.
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
    too_large: bool,
}

/// What was found last. The next call takes it back first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HandedOut {
    Nothing,
    /// The event in the block.
    Event,
    /// A comment, which is a part of the input.
    Comment,
    /// A comment, which is a part of the line that was held.
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
            too_large: false,
        }
    }

    /// Begins a new stream: drops what is incomplete. The last event ID string stays.
    pub(super) fn restart(&mut self) {
        self.lines = Lines::default();
        self.too_large = false;
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
        let bytes = match &self.handed_out {
            HandedOut::Comment => input,
            HandedOut::HeldComment => self.lines.partial.as_slice(),
            HandedOut::Nothing | HandedOut::Event => return None,
        };
        bytes.get(self.comment.clone()).map(lossy)
    }

    /// Interprets bytes from the front of `input` up to the next step, and takes them off it. What is found stays where it
    /// is until the next call.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn find(&mut self, input: &mut &[u8]) -> Found {
        let all = *input;
        // Tiny pieces, and pieces of large events, are mostly the middle of a line.
        match (&mut self.lines.cut, all) {
            (Cut::No | Cut::Held, _) => return self.find_more(input),
            (_, [b'\n' | b'\r']) => return self.find_end(input, 0),
            (Cut::Data { .. }, [byte]) => self.block.push_byte(*byte),
            (Cut::Skipped { length }, [_]) => *length += 1,
            (Cut::Data { .. }, _) => match end_of_line(all) {
                Some(end) => return self.find_end(input, end),
                None => self.block.push(all),
            },
            (Cut::Skipped { length }, _) => match end_of_short_line(all) {
                Some(end) => return self.find_end(input, end),
                None => *length += all.len(),
            },
        }
        *input = &[];
        let found = self.check_size();
        if found == Found::TooLarge {
            self.give_up();
        }
        found
    }

    /// A data line or a comment that was cut ends at `end`.
    fn find_end(&mut self, input: &mut &[u8], end: usize) -> Found {
        if let Cut::Data { .. } = mem::take(&mut self.lines.cut) {
            self.block.push(&input[..end]);
        }
        let found = self.check_size();
        self.interpret(input, next_line(input, end), found)
    }

    fn find_more(&mut self, input: &mut &[u8]) -> Found {
        self.take_back();
        let mut at = self.lines.begin(input);
        let found = match self.lines.cut {
            _ if self.too_large => Found::TooLarge,
            Cut::Held => self.go_on(input, &mut at),
            _ => Found::Nothing,
        };
        self.interpret(input, at, found)
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
                Stop::TooLarge => Found::TooLarge,
                Stop::End => Found::Nothing,
                Stop::Cut(line) => {
                    let start = mem::replace(&mut at, all.len());
                    self.cut(&line, all, start)
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
        if found == Found::TooLarge {
            self.give_up();
        }
        found
    }

    /// The rest of the line that is too large is not kept.
    #[cold]
    fn give_up(&mut self) {
        self.too_large = true;
        self.lines.cut = Cut::No;
    }

    /// The end of the input cuts the line that begins at `start`.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn cut(&mut self, line: &CutLine, input: &[u8], start: usize) -> Found {
        match line {
            CutLine::Data { name } => {
                self.block.push_data(&input[start + name..], input);
                self.lines.cut = Cut::Data { name: *name };
            }
            CutLine::Comment => self.lines.cut = Cut::Skipped { length: input.len() - start },
            CutLine::Other => self.hold(&input[start..], input),
        }
        self.check_size()
    }

    /// Goes on with a held line, whose kind is not known yet.
    fn go_on(&mut self, input: &[u8], at: &mut usize) -> Found {
        let rest = &input[*at..];
        let Some(length) = end_of_line(rest) else {
            *at = input.len();
            self.hold(rest, input);
            return self.check_size();
        };
        self.lines.partial.extend_from_slice(&rest[..length]);
        self.lines.cut = Cut::No;
        *at = next_line(input, *at + length);
        self.process_held()
    }

    /// Keeps the beginning of a line until its kind is known.
    fn hold(&mut self, more: &[u8], input: &[u8]) {
        self.lines.partial.extend_from_slice(more);
        self.lines.cut = Cut::Held;
        if !self.lines.is_past_mark() {
            return;
        }
        let line = mem::take(&mut self.lines.partial);
        if let Some(value) = value_of_data(&line) {
            self.block.push_data(&line[value..], input);
            self.lines.cut = Cut::Data { name: value };
        } else if line.starts_with(b":") && !self.with_comments {
            self.lines.cut = Cut::Skipped { length: line.len() };
        }
        match self.lines.cut {
            Cut::Held => self.lines.partial = line,
            _ => self.lines.keep_buffer(line),
        }
    }

    /// Processes a held line that is complete now.
    fn process_held(&mut self) -> Found {
        let (line, start) = self.lines.take_held();
        match Line::read(&line[start..]) {
            Line::Comment(text) if self.with_comments => {
                self.handed_out = HandedOut::HeldComment;
                self.comment = line.len() - text.len()..line.len();
                self.lines.partial = line;
                Found::Comment
            }
            read => {
                // A blank line that was held had a byte order mark, and the block is empty.
                let found = match process(&mut self.block, read, &[]) {
                    Some(milliseconds) => Found::ReconnectionTime(milliseconds),
                    None => self.check_size(),
                };
                self.lines.keep_buffer(line);
                found
            }
        }
    }

    /// What was handed out is over.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn take_back(&mut self) {
        match mem::replace(&mut self.handed_out, HandedOut::Nothing) {
            HandedOut::Nothing | HandedOut::Comment => {}
            HandedOut::Event => self.block.start(),
            HandedOut::HeldComment => {
                let (line, _) = self.lines.take_held();
                self.lines.keep_buffer(line);
            }
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn check_size(&self) -> Found {
        let held = self.lines.held() + self.block.len();
        if held > self.max_event_size { Found::TooLarge } else { Found::Nothing }
    }
}
