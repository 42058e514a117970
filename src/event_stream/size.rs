//! The limits on the size of a block. [The module above](super#limits) has the rules.
//!
//! [`Size::check_value`] decides, and says which limit is exceeded. Values of `data` are checked by the quicker [`Size::fits`] and
//! [`Size::fits_data_line`].

use alloc::string::String;
use core::{error, fmt};

use super::field::Field;
use crate::messages::{decimal, join};

/// How many bytes of the stream may count for one event unless [told otherwise](super::Parser::with_max_event_size):
/// 128 MiB.
pub const DEFAULT_MAX_EVENT_SIZE: usize = 128 * 1024 * 1024;

/// The longest type and the longest ID of an event, in bytes: 64 KiB. Unlike data, these outlive their event. No server takes a
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
    /// The limit that was exceeded, in bytes.
    pub max_size: usize,
}

/// What an [`EventTooLarge`] is about.
#[non_exhaustive]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventPart {
    /// The event as a whole: its data, its type and its ID together.
    Event,
    /// The event's type, which has [a limit of its own](MAX_HEAD_SIZE).
    EventType,
    /// The event's ID, which has [a limit of its own](MAX_HEAD_SIZE).
    Id,
    /// A comment, if the parser is one [with comments](super::Parser::with_comments).
    Comment,
}

impl EventTooLarge {
    /// The message, behind one that names the event.
    pub(crate) fn clause(self) -> String {
        self.message(["it", "its type", "its ID"])
    }

    fn message(self, [event, event_type, id]: [&str; 3]) -> String {
        let (what, of_what) = match self.part {
            EventPart::Event => (event, " event (max_event_size)"),
            EventPart::EventType => (event_type, ""),
            EventPart::Id => (id, ""),
            EventPart::Comment => ("a comment", " (max_event_size)"),
        };
        join(&[what, " exceeds the ", &decimal(self.max_size), " bytes allowed for one", of_what])
    }
}

impl fmt::Display for EventTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(["the event", "the event's type", "the event's ID"]))
    }
}

impl error::Error for EventTooLarge {}

/// The bytes of a block that count. They are bytes of the stream, because the length of decoded text would depend on the pieces.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Size {
    /// Whether there was a `data` field. `data` may be 0 all the same: one empty `data` field makes an event.
    pub(super) has_data: bool,
    /// The values of the `data` fields, and an LF between each two.
    pub(super) data: usize,
    /// The value of the last `event` field.
    pub(super) event_type: usize,
    /// The value of the last `id` field, whether it differs from the ID before or not.
    pub(super) id: usize,
}

impl Size {
    /// Counts the beginning of a `data` field: an LF between it and the field before.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn begin_data(&mut self) {
        self.data += usize::from(self.has_data);
        self.has_data = true;
    }

    /// Whether there is room for `length` bytes more of data.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn fits(&self, length: usize, max_event_size: usize) -> bool {
        self.data + self.event_type + self.id + length <= max_event_size
    }

    /// Whether there is room for another `data` field with a value of this length.
    #[cfg_attr(not(target_arch = "wasm32"), inline)]
    pub(super) fn fits_data_line(&self, length: usize, max_event_size: usize) -> bool {
        self.fits(length + usize::from(self.has_data), max_event_size)
    }

    /// Fails with the part that is too large, if a value of this length has no room. The value need not be complete: `length` may be
    /// what has come of it. A value that exceeds a limit exceeds the same limit when more of it comes, so the error does not depend on
    /// the pieces.
    #[inline(never)]
    pub(super) fn check_value(&self, field: Field, length: usize, max_event_size: usize) -> Result<(), EventPart> {
        // What counts apart from this value. An earlier type or ID is about to be replaced, so it is left out.
        let (part, others) = match field {
            Field::Data => (EventPart::Event, self.data + usize::from(self.has_data) + self.event_type + self.id),
            Field::Event => (EventPart::EventType, self.data + self.id),
            Field::Id => (EventPart::Id, self.data + self.event_type),
            Field::Comment => (EventPart::Comment, 0),
            Field::Retry => return Ok(()),
        };
        let room = max_event_size.checked_sub(others);
        let has_own_limit = matches!(field, Field::Event | Field::Id);
        // With less room than that, the limit of the event is exceeded first. (`None` is less than every `Some`.)
        if has_own_limit && length > MAX_HEAD_SIZE && room >= Some(MAX_HEAD_SIZE) {
            return Err(part);
        }
        match room {
            Some(room) if length <= room => Ok(()),
            _ => Err(if has_own_limit { EventPart::Event } else { part }),
        }
    }
}

impl EventPart {
    /// The error for this part.
    pub(super) fn error(self, max_event_size: usize) -> EventTooLarge {
        let has_own = matches!(self, EventPart::EventType | EventPart::Id);
        EventTooLarge { part: self, max_size: if has_own { MAX_HEAD_SIZE } else { max_event_size } }
    }
}
