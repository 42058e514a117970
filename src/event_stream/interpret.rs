//! Processing lines and dispatching events.

use core::mem;

use super::field::{Line, value_of_data};
use super::lines::{Cut, end_of_line, end_of_short_line};
use super::parser::{HandedOut, Parser};
use super::text::push_decoded;

/// A [`Step`](super::Step) that borrows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// All of the input was taken.
    Nothing,
    Event,
    Comment,
    ReconnectionTime(u32),
    /// The event exceeds the bound: it is the same again until a restart.
    TooLarge,
}

impl Parser {
    /// Like [`advance`](Parser::advance), but what is found is left where it lies until the next call.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(crate) fn find(&mut self, input: &mut &[u8]) -> Found {
        let all = *input;
        // The middle of a line is all there is to tiny pieces and to large events.
        match (&mut self.lines.cut, all) {
            (Cut::No | Cut::Held, _) => return self.find_more(input),
            (_, [b'\n' | b'\r']) => return self.find_end(input, 0),
            (Cut::Data { .. }, [byte]) => self.text.push_byte(*byte),
            (Cut::Skipped { length }, [_]) => *length += 1,
            (Cut::Data { .. }, _) => match end_of_line(all) {
                Some(end) => return self.find_end(input, end),
                None => self.text.push(all),
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
            self.text.push(&input[..end]);
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

    /// Interprets `input` from `at` on, up to what is to be handed out, and takes that off, if nothing is found already.
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
            self.copy_data(all);
        }
        if found == Found::TooLarge {
            self.give_up();
        }
        found
    }

    /// The line that is too large does not go on: nothing more is kept of it.
    #[cold]
    fn give_up(&mut self) {
        self.too_large = true;
        self.lines.cut = Cut::No;
    }

    /// The line at `at` is a `data` field, whose value begins `value` bytes behind that.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn data_line(&mut self, input: &[u8], at: &mut usize, value: usize) -> Found {
        let start = *at + value;
        let end = end_of_line(&input[start..]).map(|length| start + length);
        if let (Some(end), false) = (end, self.has_data) {
            self.has_data = true;
            self.in_place = Some(start..end);
        } else {
            self.copy_data(input);
            self.begin_data();
            self.text.push(&input[start..end.unwrap_or(input.len())]);
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

    /// Goes on with a line of which it is not known yet what it is.
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

    /// Keeps what there is of a line until it is known what kind of line it is.
    fn hold(&mut self, more: &[u8], input: &[u8]) {
        self.lines.partial.extend_from_slice(more);
        self.lines.cut = Cut::Held;
        if !self.lines.is_past_mark() {
            return;
        }
        let line = mem::take(&mut self.lines.partial);
        if let Some(value) = value_of_data(&line) {
            self.copy_data(input);
            self.begin_data();
            self.text.push(&line[value..]);
            self.lines.cut = Cut::Data { name: value };
        } else if line.starts_with(b":") && !self.with_comments {
            self.lines.cut = Cut::Skipped { length: line.len() };
        }
        match self.lines.cut {
            Cut::Held => self.lines.partial = line,
            _ => self.lines.keep_buffer(line),
        }
    }

    /// Processes the line that was held, and is complete.
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
                self.copy_data(input);
                self.begin_data();
                self.text.push(value);
            }
            Line::Event(value) => {
                self.event_type.clear();
                push_decoded(&mut self.event_type, value);
            }
            Line::Id(value) => {
                // Servers repeat their id.
                self.has_id = *value != self.head.last_event_id().as_bytes();
                if self.has_id {
                    self.id.clear();
                    push_decoded(&mut self.id, value);
                }
            }
            Line::Retry(milliseconds) => return Found::ReconnectionTime(*milliseconds),
            Line::Blank if self.dispatch() => return Found::Event,
            Line::Blank | Line::Comment(_) | Line::Ignored => return Found::Nothing,
        }
        self.check_size()
    }

    /// "Append the field value to the data buffer, then append a single U+000A LINE FEED": the LF of the last field would be
    /// removed again, so it is put between fields instead.
    fn begin_data(&mut self) {
        if self.has_data {
            self.text.push_byte(b'\n');
        }
        self.has_data = true;
    }

    /// [Dispatch the event](https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage) as far as
    /// it is the parser's: whether there is one.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
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
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn copy_data(&mut self, input: &[u8]) {
        if let Some(place) = self.in_place.take() {
            self.text.push(input.get(place).unwrap_or_default());
        }
    }

    /// What was handed out is over.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn take_back(&mut self) {
        match mem::replace(&mut self.handed_out, HandedOut::Nothing) {
            HandedOut::Nothing | HandedOut::Comment => {}
            HandedOut::Event => self.start_block(),
            HandedOut::HeldComment => {
                let (line, _) = self.lines.take_held();
                self.lines.keep_buffer(line);
            }
        }
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn start_block(&mut self) {
        self.text.clear();
        self.in_place = None;
        self.has_data = false;
        self.event_type.clear();
    }

    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    fn check_size(&self) -> Found {
        let data = self.in_place.as_ref().map_or(self.text.len(), |place| place.len());
        let id = if self.has_id { self.id.len() } else { 0 };
        let held = self.lines.held() + data + self.event_type.len() + id;
        if held > self.max_event_size { Found::TooLarge } else { Found::Nothing }
    }
}
