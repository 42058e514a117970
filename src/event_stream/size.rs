//! The size of a block, and the bounds on it.

use alloc::string::String;
use core::{error, fmt};

use super::field::Field;
use crate::messages::{decimal, join};

/// How many bytes a [`Parser`](super::Parser) holds for one event unless [told otherwise](super::Parser::with_max_event_size):
/// 128 MiB.
pub const DEFAULT_MAX_EVENT_SIZE: usize = 128 * 1024 * 1024;

/// How many bytes the type and the ID of an event may have, each: 64 KiB. Unlike data, these outlive their event. No server takes a
/// longer `Last-Event-ID`. See [`Parser::with_max_event_size`](super::Parser::with_max_event_size).
pub const MAX_HEAD_SIZE: usize = 64 * 1024;

/// Something in the stream is larger than the parser was told to hold.
///
/// The stream cannot go on. The parser gives the same error again until [`Parser::restart`](super::Parser::restart). See the example
/// of [`Parser::with_max_event_size`](super::Parser::with_max_event_size).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventTooLarge {
    /// What is too large.
    pub part: EventPart,
    /// The bound that was exceeded, in bytes.
    pub max_size: usize,
}

/// What an [`EventTooLarge`] is about.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventPart {
    /// The event as a whole: its data, its type and its ID together.
    Event,
    /// The event's type, which has [a bound of its own](MAX_HEAD_SIZE).
    EventType,
    /// The event's ID, which has [a bound of its own](MAX_HEAD_SIZE).
    Id,
    /// A comment, if the parser is one [with comments](super::Parser::with_comments).
    Comment,
}

impl EventTooLarge {
    /// The message.
    pub(crate) fn clause(self) -> String {
        let (what, of_what) = match self.part {
            EventPart::Event => ("it", " event (max_event_size)"),
            EventPart::EventType => ("its type", ""),
            EventPart::Id => ("its ID", ""),
            EventPart::Comment => ("a comment", " (max_event_size)"),
        };
        join(&[what, " exceeds the ", &decimal(self.max_size as u64), " bytes allowed for one", of_what])
    }
}

impl fmt::Display for EventTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.clause())
    }
}

impl error::Error for EventTooLarge {}

/// How many bytes a block holds, in bytes of the stream: what is malformed becomes longer when it is decoded, but when that
/// happens depends on how the stream is cut.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Size {
    /// A `data` field was seen. The data may be empty all the same: the standard appends an LF for each field, so that one
    /// empty `data` field makes an event.
    pub(super) has_data: bool,
    /// With the LFs between the fields.
    pub(super) data: usize,
    pub(super) event_type: usize,
    /// It counts whether the ID is new or not.
    pub(super) id: usize,
}

impl Size {
    /// A `data` field begins. The LF of the field before goes between the two.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn begin_data(&mut self) {
        self.data += usize::from(self.has_data);
        self.has_data = true;
    }

    /// Whether there is room for so much more data.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn fits(&self, length: usize, max_event_size: usize) -> bool {
        self.data + self.event_type + self.id + length <= max_event_size
    }

    /// Whether there is room for another `data` field.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn fits_field(&self, length: usize, max_event_size: usize) -> bool {
        self.fits(length + usize::from(self.has_data), max_event_size)
    }

    /// What is too large, if there is no room for a value of this length, or for one of which so much has come. As a value grows,
    /// it becomes too large once, and what is too large stays the same: the result is that of the value as a whole.
    #[inline(never)]
    pub(super) fn check(&self, field: Field, length: usize, max_event_size: usize) -> Result<(), EventPart> {
        // A new type or ID takes the place of the one before.
        let (part, others) = match field {
            Field::Data => (EventPart::Event, self.data + usize::from(self.has_data) + self.event_type + self.id),
            Field::Event => (EventPart::EventType, self.data + self.id),
            Field::Id => (EventPart::Id, self.data + self.event_type),
            Field::Comment => (EventPart::Comment, 0),
            Field::Retry => return Ok(()),
        };
        let room = max_event_size.checked_sub(others);
        let has_own = matches!(field, Field::Event | Field::Id);
        if has_own && length > MAX_HEAD_SIZE && room >= Some(MAX_HEAD_SIZE) {
            return Err(part);
        }
        match room {
            Some(room) if length <= room => Ok(()),
            _ => Err(if has_own { EventPart::Event } else { part }),
        }
    }
}

impl EventPart {
    /// The error that says so.
    pub(super) fn error(self, max_event_size: usize) -> EventTooLarge {
        let has_own = matches!(self, EventPart::EventType | EventPart::Id);
        EventTooLarge { part: self, max_size: if has_own { MAX_HEAD_SIZE } else { max_event_size } }
    }
}
