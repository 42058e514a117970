//! Interpreting lines: [HTML §9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
//!
//! There is one interpreter, [`interpret_lines`], for the parser and for batches.

use core::ops::Range;

use super::field::{Line, before_null, value_of_data};
use super::lines::{end_of_line, end_of_short_line, next_line};
use super::size::{EventTooLarge, Size, Value};

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

    /// The size of what the block holds.
    fn size(&self) -> Size;
}

/// What [`interpret_lines`] stops at.
#[derive(Debug)]
pub(super) enum Stop {
    /// The end of the input, and of a line.
    End,
    /// A line that the end of the input cuts. It begins where the interpreter has stopped.
    Cut,
    Event,
    /// A comment, which is this part of the input.
    Comment(Range<usize>),
    ReconnectionTime(u32),
    TooLarge(EventTooLarge),
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
                let Some(length) = end_of_short_line(&input[start..]) else { return Stop::Cut };
                *at = next_line(input, start + length);
                continue;
            }
            _ => {}
        }
        if let Some(name) = value_of_data(&input[start..]) {
            let value = start + name;
            let Some(length) = end_of_line(&input[value..]) else { return Stop::Cut };
            *at = next_line(input, value + length);
            // Before it is copied: what is too large must not be held for a moment either.
            if let Err(error) = block.size().check(Value::Data, length, max_event_size) {
                return Stop::TooLarge(error);
            }
            block.data_line(value..value + length, input);
        } else {
            let Some(length) = end_of_short_line(&input[start..]) else { return Stop::Cut };
            let end = start + length;
            *at = next_line(input, end);
            match Line::read(&input[start..end]) {
                Line::Comment(text) if with_comments => {
                    return match block.size().check(Value::Comment, text.len(), max_event_size) {
                        Ok(()) => Stop::Comment(end - text.len()..end),
                        Err(error) => Stop::TooLarge(error),
                    };
                }
                line => match process(block, line, input, max_event_size) {
                    Ok(None) => {}
                    Ok(Some(milliseconds)) => return Stop::ReconnectionTime(milliseconds),
                    Err(error) => return Stop::TooLarge(error),
                },
            }
        }
    }
    Stop::End
}

/// "Process the field". Returns the reconnection time that it sets.
pub(super) fn process<'input, B: Buffers<'input>>(
    block: &mut B,
    line: Line<'input>,
    input: &'input [u8],
    max_event_size: usize,
) -> Result<Option<u32>, EventTooLarge> {
    let size = block.size();
    match line {
        Line::Data(value) => {
            size.check(Value::Data, value.len(), max_event_size)?;
            block.push_data(value, input);
        }
        Line::Event(value) => {
            size.check(Value::EventType, value.len(), max_event_size)?;
            block.set_event_type(value);
        }
        // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value. Otherwise, ignore
        // the field." What is before the NULL counts, because it is held until the NULL comes.
        Line::Id(value) => {
            let ignored = before_null(value);
            size.check(Value::Id, ignored.unwrap_or(value).len(), max_event_size)?;
            if ignored.is_none() {
                block.set_id(value);
            }
        }
        Line::Retry(milliseconds) => return Ok(Some(milliseconds)),
        Line::Blank | Line::Comment(_) | Line::Ignored => {}
    }
    Ok(None)
}
