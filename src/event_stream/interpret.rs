//! Interpreting lines: [HTML §9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
//!
//! There is one interpreter, [`interpret_lines`], for the parser and for batches.

use core::ops::Range;

use super::field::{Line, value_of_data};
use super::lines::{end_of_line, end_of_short_line, next_line};

/// The buffers of a block, and what the standard does to them.
///
/// There are two kinds: the parser's [`Block`](super::block::Block) decodes and keeps one block, and a
/// [`Batch`](super::Batch) collects many.
pub(super) trait Buffers<'input> {
    /// "Append the field value to the data buffer, then append a single U+000A LINE FEED to the data buffer." The value is
    /// `input[place]`.
    fn data_line(&mut self, place: Range<usize>, input: &'input [u8]);

    /// The same with a value that lies anywhere.
    fn push_data(&mut self, value: &'input [u8], input: &'input [u8]);

    /// "Set the event type buffer to the field value."
    fn set_event_type(&mut self, value: &'input [u8]);

    /// "Set the last event ID buffer to the field value."
    fn set_id(&mut self, value: &'input [u8]);

    /// [Dispatch the event](https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage), up to the point
    /// where an event object is made. Returns whether there is an event.
    fn dispatch(&mut self) -> bool;

    /// The size of what the block holds, in bytes.
    fn len(&self) -> usize;
}

/// What [`interpret_lines`] stops at.
#[derive(Debug)]
pub(super) enum Stop {
    /// The end of the input, and of a line.
    End,
    /// A line that the end of the input cuts.
    Cut(CutLine),
    Event,
    /// A comment, which is this part of the input.
    Comment(Range<usize>),
    ReconnectionTime(u32),
    TooLarge,
}

/// What is known of a line that is cut.
#[derive(Debug)]
pub(super) enum CutLine {
    /// It is a `data` field, whose value begins after this many bytes.
    Data { name: usize },
    /// It is a comment to ignore.
    Comment,
    /// It may be anything else.
    Other,
}

/// [Interprets](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation) the whole lines of
/// the input from `at` on, in the order received. Moves `at` behind the last one that it took.
///
/// A [`Parser`](super::Parser) and a [`Batch`](super::Batch) both do so, each with buffers of its own.
#[cfg_attr(not(target_arch = "wasm32"), inline)]
pub(super) fn interpret_lines<'input, B: Buffers<'input>>(
    block: &mut B,
    input: &'input [u8],
    at: &mut usize,
    with_comments: bool,
    max_event_size: usize,
) -> Stop {
    while let Some(first) = input.get(*at) {
        let start = *at;
        match first {
            // "If the line is empty (a blank line): dispatch the event."
            b'\n' | b'\r' => {
                *at = next_line(input, start);
                if block.dispatch() {
                    return Stop::Event;
                }
                continue;
            }
            // "If the line starts with a U+003A COLON character (:): ignore the line."
            b':' if !with_comments => {
                let Some(length) = end_of_short_line(&input[start..]) else { return Stop::Cut(CutLine::Comment) };
                *at = next_line(input, start + length);
                continue;
            }
            _ => {}
        }
        if let Some(name) = value_of_data(&input[start..]) {
            let value = start + name;
            let Some(length) = end_of_line(&input[value..]) else { return Stop::Cut(CutLine::Data { name }) };
            *at = next_line(input, value + length);
            block.data_line(value..value + length, input);
        } else {
            let Some(length) = end_of_short_line(&input[start..]) else { return Stop::Cut(CutLine::Other) };
            let end = start + length;
            *at = next_line(input, end);
            match Line::read(&input[start..end]) {
                Line::Comment(text) if with_comments => return Stop::Comment(end - text.len()..end),
                line => {
                    if let Some(milliseconds) = process(block, line, input) {
                        return Stop::ReconnectionTime(milliseconds);
                    }
                }
            }
        }
        if block.len() > max_event_size {
            return Stop::TooLarge;
        }
    }
    Stop::End
}

/// "Process the field". Returns the reconnection time that it sets.
pub(super) fn process<'input, B: Buffers<'input>>(
    block: &mut B,
    line: Line<'input>,
    input: &'input [u8],
) -> Option<u32> {
    match line {
        Line::Data(value) => block.push_data(value, input),
        Line::Event(value) => block.set_event_type(value),
        Line::Id(value) => block.set_id(value),
        Line::Retry(milliseconds) => return Some(milliseconds),
        Line::Blank | Line::Comment(_) | Line::Ignored => {}
    }
    None
}
