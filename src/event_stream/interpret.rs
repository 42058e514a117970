//! Interpreting lines: [HTML §9.2.6](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
//!
//! [`interpret_lines`] is the only loop over lines. The parser and batches both use it, each with [buffers](Buffers) of its own.
//! It takes whole lines. `pieces.rs` deals with a line that the end of the input cuts.

use core::ops::Range;

use super::field::{Field, LineKind, add_digits, before_null, value_of_data};
use super::lines::{end_of_line, end_of_short_line, next_line};
use super::size::{EventPart, MAX_HEAD_SIZE, Size};

/// The buffers of a block, and what the standard does to them.
///
/// There are two kinds: the parser's [`Block`](super::block::Block) decodes and keeps one block, and a
/// [`Batch`](super::Batch) collects many.
pub(super) trait Buffers<'input> {
    /// "Append the field value to the data buffer, then append a single U+000A LINE FEED to the data buffer." The value is
    /// `input[place]`.
    fn data_line(&mut self, place: Range<usize>, input: &'input [u8]);

    /// The same, with a value that need not lie in the input.
    fn push_data(&mut self, value: &'input [u8], input: &'input [u8]);

    /// "Set the event type buffer to the field value."
    fn set_event_type(&mut self, value: &'input [u8]);

    /// "Set the last event ID buffer to the field value."
    fn set_id(&mut self, value: &'input [u8]);

    /// [Dispatch the event](https://html.spec.whatwg.org/multipage/server-sent-events.html#dispatchMessage), up to the point
    /// where an event object is made. Returns whether there is an event.
    fn dispatch(&mut self) -> bool;

    /// How much of the [limit](super#limits) the block has used.
    fn size(&self) -> &Size;
}

/// Why [`interpret_lines`] stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The input ends, and so does its last line.
    End,
    /// The input ends in the middle of a line, whose beginning `at` points to.
    Cut,
    Event,
    /// A comment that is wanted. It is this part of the input.
    Comment(Range<usize>),
    ReconnectionTime(u32),
    TooLarge(EventPart),
}

/// [Interprets](https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation) the whole lines of
/// the input from `at` on, in the order received. Moves `at` behind the last line that it took.
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
            // Checked before it is copied, so that nothing too large is ever kept.
            if !block.size().fits_data_line(length, max_event_size) {
                return Stop::TooLarge(EventPart::Event);
            }
            block.data_line(value..value + length, input);
        } else {
            let Some(length) = end_of_short_line(&input[start..]) else { return Stop::Cut };
            let end = start + length;
            *at = next_line(input, end);
            let LineKind::Known(field, value) = LineKind::of_complete(&input[start..end]) else { continue };
            let value = start + value;
            match process(block, field, &input[value..end], input, max_event_size) {
                Ok(None) if field == Field::Comment && with_comments => return Stop::Comment(value..end),
                Ok(None) => {}
                Ok(Some(milliseconds)) => return Stop::ReconnectionTime(milliseconds),
                Err(part) => return Stop::TooLarge(part),
            }
        }
    }
    Stop::End
}

/// "Process the field". Returns the reconnection time that it sets.
pub(super) fn process<'input, B: Buffers<'input>>(
    block: &mut B,
    field: Field,
    value: &'input [u8],
    input: &'input [u8],
    max_event_size: usize,
) -> Result<Option<u32>, EventPart> {
    // An ID with a NULL is ignored. The part before the NULL must still fit the limit: a cut line buffers it before the NULL is
    // seen, and the result must not depend on the cut.
    let before_null = if field == Field::Id { before_null(value) } else { None };
    let length = before_null.unwrap_or(value).len();
    // A quick test, which may be too strict by one byte, for an LF. Where it fails, `check_value` decides exactly.
    if length >= MAX_HEAD_SIZE || !block.size().fits(length + 1, max_event_size) {
        block.size().check_value(field, length, max_event_size)?;
    }
    match field {
        Field::Data => block.push_data(value, input),
        Field::Event => block.set_event_type(value),
        // "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value. Otherwise, ignore
        // the field."
        Field::Id if before_null.is_none() => block.set_id(value),
        // "If the field value consists of only ASCII digits ... Otherwise, ignore the field."
        Field::Retry => return Ok(add_digits(None, value).flatten()),
        Field::Id | Field::Comment => {}
    }
    Ok(None)
}
