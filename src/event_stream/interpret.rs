//! Splitting the stream into lines, and processing them.

use alloc::borrow::Cow;
use core::mem;
use core::ops::Range;

use super::block::Block;
use super::field::{Line, value_of_data};
use super::lines::{Cut, Lines, end_of_line, end_of_short_line};
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

/// The interpreter of event streams. A [`Parser`](super::Parser) wraps it for its users.
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
        let at = self.lines.end(input, end);
        let found = self.check_size();
        self.interpret(input, at, found)
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
        while found == Found::Nothing {
            let Some(first) = all.get(at) else { break };
            found = match first {
                b'\n' | b'\r' => {
                    at = self.lines.end(all, at);
                    if self.dispatch() { Found::Event } else { Found::Nothing }
                }
                b':' if !self.with_comments => self.skip_line(all, &mut at),
                _ => match value_of_data(&all[at..]) {
                    Some(value) => self.data_line(all, &mut at, value),
                    None => self.other_line(all, &mut at),
                },
            };
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

    /// The line at `at` is a `data` field. Its value begins `value` bytes behind that.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn data_line(&mut self, input: &[u8], at: &mut usize, value: usize) -> Found {
        let start = *at + value;
        let end = end_of_line(&input[start..]).map(|length| start + length);
        if let (Some(end), false) = (end, self.block.has_data()) {
            self.block.leave_data(start..end);
        } else {
            self.block.begin_data(input);
            self.block.push(&input[start..end.unwrap_or(input.len())]);
        }
        *at = match end {
            Some(end) => self.lines.end(input, end),
            None => {
                self.lines.cut = Cut::Data { name: value };
                input.len()
            }
        };
        self.check_size()
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn skip_line(&mut self, input: &[u8], at: &mut usize) -> Found {
        let rest = &input[*at..];
        match end_of_short_line(rest) {
            Some(length) => {
                *at = self.lines.end(input, *at + length);
                Found::Nothing
            }
            None => {
                *at = input.len();
                self.lines.cut = Cut::Skipped { length: rest.len() };
                self.check_size()
            }
        }
    }

    fn other_line(&mut self, input: &[u8], at: &mut usize) -> Found {
        let start = *at;
        let Some(length) = end_of_short_line(&input[start..]) else {
            *at = input.len();
            self.hold(&input[start..], input);
            return self.check_size();
        };
        let end = start + length;
        *at = self.lines.end(input, end);
        match Line::read(&input[start..end]) {
            Line::Comment(text) if self.with_comments => {
                self.handed_out = HandedOut::Comment;
                self.comment = end - text.len()..end;
                Found::Comment
            }
            line => self.process(&line, input),
        }
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
        *at = self.lines.end(input, *at + length);
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
            self.block.begin_data(input);
            self.block.push(&line[value..]);
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
                let found = self.process(&read, &[]);
                self.lines.keep_buffer(line);
                found
            }
        }
    }

    /// [Processes a line](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
    fn process(&mut self, line: &Line<'_>, input: &[u8]) -> Found {
        match line {
            Line::Data(value) => {
                self.block.begin_data(input);
                self.block.push(value);
            }
            Line::Event(value) => self.block.set_event_type(value),
            Line::Id(value) => self.block.set_id(value),
            Line::Retry(milliseconds) => return Found::ReconnectionTime(*milliseconds),
            Line::Blank if self.dispatch() => return Found::Event,
            Line::Blank | Line::Comment(_) | Line::Ignored => return Found::Nothing,
        }
        self.check_size()
    }

    /// The line is blank: the block is complete.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn dispatch(&mut self) -> bool {
        let is_event = self.block.dispatch();
        if is_event {
            self.handed_out = HandedOut::Event;
        }
        is_event
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
